"""Which of the services a lead speaks of."""

from collections.abc import Iterable, Sequence

from segue_booking.domain.calendar import Service


def meant(services: Sequence[Service], texts: Iterable[str]) -> Service | None:
    """The one service that the first text to name any of them names."""
    if len(services) == 1:
        return services[0]
    for text in texts:
        said = text.casefold()
        named = [service for service in services if _named(service, said)]
        if len(named) == 1:
            return named[0]
        if named:
            # "Deep cleaning" names the deep one, though "cleaning" is a service too.
            longest = max(named, key=lambda service: len(service.name))
            if all(service.name.casefold() in longest.name.casefold() for service in named):
                return longest
            return None
    return None


def differ(services: Sequence[Service]) -> bool:
    """Whether it matters which of them is booked."""
    return len({(one.length, one.requires, one.hours) for one in services}) > 1


def _named(service: Service, said: str) -> bool:
    return service.name.casefold() in said or service.id.replace("-", " ") in said
