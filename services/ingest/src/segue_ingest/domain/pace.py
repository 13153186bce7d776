"""How much may wait for an answer: as much as is answered in the time that one may wait."""

from dataclasses import dataclass

# A message is handled about so many times on its way: heard, answered, said, delivered.
TIMES_HANDLED = 4
# Before anything was measured, and however slow it goes: this much is no backlog yet. Two cores
# answer about this many in five seconds; a faster machine knows so after its first look.
FIRST_GUESS = 300
LEAST = 200
# The part of the newest measurement in what is believed.
NEWS = 0.3


@dataclass
class Pace:
    """What may wait, from how fast work has lately been done while there was enough of it.

    `most_seconds` is how long a new message may have to wait for those before it.
    """

    most_seconds: float
    _per_second: float | None = None
    _before: tuple[float, int, int] | None = None

    def measured(self, now: float, waiting: int, handled: int) -> None:
        """Note how many records wait and how many have ever been handled; `now` in seconds."""
        before, self._before = self._before, (now, waiting, handled)
        # Between two looks at an empty queue the pace says how much came, not how much could.
        if before is None or not before[1] or not waiting or now <= before[0]:
            return
        rate = max(handled - before[2], 0) / (now - before[0])
        known = self._per_second
        self._per_second = rate if known is None else known + NEWS * (rate - known)

    @property
    def most_waiting(self) -> int:
        """So many records may wait."""
        if self._per_second is None:
            return FIRST_GUESS
        return max(LEAST, round(self.most_seconds * self._per_second / TIMES_HANDLED))
