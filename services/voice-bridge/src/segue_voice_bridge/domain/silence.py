"""Numbers that are rung in no conversation: what silences one, and what lifts that."""

from collections.abc import Sequence
from dataclasses import dataclass

from segue_common.events import CallEnded, EventData, OptOutChanged

from segue_voice_bridge.domain.desk_state import Desk
from segue_voice_bridge.domain.numbers import e164


@dataclass(frozen=True)
class Silenced:
    """The conversation's lead wants this number (E.164) not to be rung."""

    phone: str


@dataclass(frozen=True)
class Lifted:
    """The lead takes back what was said in this conversation; where they wrote from `phone`
    itself, also what was said of it in any other."""

    phone: str | None = None


Word = Silenced | Lifted


def words_on_numbers(before: Desk, news: EventData, told: Sequence[EventData]) -> tuple[Word, ...]:
    """What an event means for numbers; `before` is the desk that it found, `told` are the events
    that followed from it."""
    if isinstance(news, OptOutChanged) and news.epoch >= before.opt_epoch:
        if news.opted_out:
            return _silenced(news.phone, before.phone)
        # In the web chat anybody may name any number: that is no leave to ring it.
        return (Lifted(e164(news.phone) if news.channel != "web" else None),)
    call = before.call
    if call and any(isinstance(e, CallEnded) and e.outcome == "opted_out" for e in told):
        return _silenced(call.phone)
    return ()


def _silenced(*phones: str | None) -> tuple[Word, ...]:
    known = {number for phone in phones if (number := e164(phone))}
    return tuple(Silenced(number) for number in sorted(known))
