"""How much may wait for an answer: as much as is answered in the time that one may wait."""

from dataclasses import dataclass

# A message is handled about so many times on its way: heard, answered, said, delivered.
TIMES_HANDLED = 4
# However slow it goes, and until it is known how fast: this much is no backlog yet. It is little,
# because what is let in at the beginning of a burst is what others wait for.
LEAST = 50
# The part of the newest measurement in what is believed.
NEWS = 0.3


@dataclass
class Pace:
    """What may wait, from how fast work has lately been done while there was enough of it.

    `most_seconds` is how long a new message may have to wait for those before it.
    """

    most_seconds: float
    _per_second: float = 0.0
    _before: tuple[float, int, int] | None = None

    def measured(self, now: float, waiting: int, handled: int) -> None:
        """Note how many records wait and how many have ever been handled; `now` in seconds."""
        before, self._before = self._before, (now, waiting, handled)
        # Where nothing is done somebody is away, which tells nothing about how fast they are.
        if before is None or now <= before[0] or handled <= before[2]:
            return
        rate = (handled - before[2]) / (now - before[0])
        # Where little waits, the pace says how much came and not how much could.
        was_busy = min(waiting, before[1]) * 2 >= self.most_waiting
        if was_busy or rate > self._per_second:
            self._per_second += NEWS * (rate - self._per_second)

    @property
    def most_waiting(self) -> int:
        """So many records may wait."""
        return max(LEAST, round(self.most_seconds * self._per_second / TIMES_HANDLED))

    def room(self, waiting: int, replicas: int) -> float:
        """How many more messages each of so many processes may let in before the next look; at
        least one, unless there is too much already."""
        left = self.most_waiting - waiting
        return max(left / max(replicas, 1), 1.0) if left > 0 else 0.0
