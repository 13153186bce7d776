"""What may go wrong with the carrier, told apart by what may be done about it."""

# Twilio: invalid, not dialable, not a mobile number, or not reachable as it stands.
BAD_NUMBER = {21211, 21214, 21217, 21614, 13223, 13224}


class CarrierError(Exception):
    """The carrier didn't do what was asked; the message is its own code, never a number."""


class CarrierBusy(CarrierError):
    """It can't now, and has done nothing."""


class CarrierSilent(CarrierError):
    """No answer came, or one that leaves open whether it has done it."""


class CarrierRefused(CarrierError):
    """It won't. Where the number is at fault, it stays wrong: `permanent`."""

    def __init__(self, reason: str, code: int | None = None) -> None:
        super().__init__(reason)
        self.code = code

    @property
    def permanent(self) -> bool:
        return self.code in BAD_NUMBER
