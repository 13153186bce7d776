"""When a delivery is tried again, and when it is given up."""

from datetime import datetime, timedelta

SHORTEST = timedelta(seconds=1)
LONGEST = timedelta(seconds=60)
# A carrier that asks for more patience than this is answered with our own bound.
LONGEST_ASKED = timedelta(seconds=300)


def next_try(since: datetime, now: datetime, asked: timedelta | None = None) -> datetime:
    """The time of the next try for work begun at `since`; `asked` is the carrier's Retry-After.

    Half of the time already spent is waited once more, so the waits grow by half each time,
    whatever made a try end early and however many processes took part.
    """
    wait = min(max((now - since) / 2, SHORTEST), LONGEST)
    if asked is not None:
        wait = max(wait, min(asked, LONGEST_ASKED))
    return now + wait


def spent(since: datetime, now: datetime, give_up_after: timedelta) -> bool:
    """Whether there has been enough trying; the first try is always made."""
    return now - since >= give_up_after
