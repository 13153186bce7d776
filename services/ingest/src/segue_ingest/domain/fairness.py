"""Who has to wait when more comes in than can be answered: those who take most of it."""

from dataclasses import dataclass, field

# What a tenant sent this long ago counts half.
HALF_LIFE_SECONDS = 5.0
# So often it is counted again what has faded: fading changes nobody's part in all.
FADE_SECONDS = 0.1
# Less than this is nobody worth counting as a sender.
FORGOTTEN = 0.05


@dataclass
class Shares:
    """How much each tenant has lately sent; times are seconds of any clock that only rises."""

    _amounts: dict[str, float] = field(default_factory=dict)
    _at: float = 0.0

    def add(self, tenant: str, messages: int, now: float) -> None:
        self._fade(now)
        self._amounts[tenant] = self._amounts.get(tenant, 0.0) + messages

    def is_above_fair(self, tenant: str, now: float) -> bool:
        """Whether the tenant has at least an equal part of what all who send have sent; so of
        those who send, there is always one to whom it applies."""
        self._fade(now)
        amounts = self._amounts
        senders = len(amounts) + (tenant not in amounts)
        return amounts.get(tenant, 0.0) * senders >= sum(amounts.values())

    def _fade(self, now: float) -> None:
        if now - self._at < FADE_SECONDS:
            return
        part = 0.5 ** ((now - self._at) / HALF_LIFE_SECONDS)
        faded = {tenant: amount * part for tenant, amount in self._amounts.items()}
        self._amounts = {tenant: left for tenant, left in faded.items() if left > FORGOTTEN}
        self._at = now
