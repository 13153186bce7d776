"""A worker's places and who may have how many: the slow work of one holds nobody else up."""

from collections import Counter

# How many times what is free one holder may have.
GREED = 2


class Slots:
    """Places that are shared so that some are always free for whoever has few.

    A holder gets another place while it has less than `GREED` times as many as are free: two
    thirds of all when it is alone, two fifths beside another that is as busy (Choudhury and Hahne,
    "Dynamic queue length thresholds for shared-memory packet switches", 1998, for queues).
    """

    def __init__(self, count: int) -> None:
        self._free = count
        self._held: Counter[str] = Counter()

    def take(self, holder: str) -> None:
        self._free -= 1
        self._held[holder] += 1

    def leave(self, holder: str) -> None:
        self._free += 1
        self._held[holder] -= 1
        if not self._held[holder]:
            del self._held[holder]

    def full(self) -> list[str]:
        """The holders that get no more now."""
        return sorted(holder for holder, held in self._held.items() if held >= GREED * self._free)

    def room(self) -> int:
        """So many can be given out to the others, even if all are for one of them."""
        most = max((held for held in self._held.values() if held < GREED * self._free), default=0)
        return (GREED * (self._free + 1) - most) // (GREED + 1) if self._free else 0
