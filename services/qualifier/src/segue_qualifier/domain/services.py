"""Which of the tenant's services a lead speaks of."""

from collections.abc import Iterable, Sequence

from segue_common.tenants import BookableService


def meant_service(services: Sequence[BookableService], texts: Iterable[str]) -> str | None:
    """The ID of the only service, or of the only one that the texts name."""
    if len(services) == 1:
        return services[0].id
    said = " ".join(texts).casefold()
    named = [
        service.id
        for service in services
        if service.name.casefold() in said or service.id.replace("-", " ") in said
    ]
    return named[0] if len(named) == 1 else None
