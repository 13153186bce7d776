"""What came of a change to the books."""

from dataclasses import dataclass

from segue_booking.domain.bookings import Booking


@dataclass(frozen=True, slots=True)
class Written:
    """The booking as it now is.

    `lapsed` are other people's holds that had run out and gave way; `repeated` means that the
    books said so already and nothing changed.
    """

    booking: Booking
    lapsed: tuple[Booking, ...] = ()
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """Somebody else has some of that time; the books are as they were."""


@dataclass(frozen=True, slots=True)
class Gone:
    """There is no such booking (`None`), or it has ended and can't be changed any more."""

    booking: Booking | None
