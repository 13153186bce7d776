"""Calls from the decision to ring to their outcome: what their events tell."""

from segue_common.cli.tellings.telling import Telling, tell
from segue_common.cli.tellings.words import call_words, joined, moment_words, plain, quoted
from segue_common.events import CallAnswered, CallEnded, CallHeldBack, CallPlaced, CallSaid


@tell.register
def _(data: CallHeldBack) -> Telling:
    until = f", looks again {moment_words(data.until)}" if data.until else ""
    return Telling("call", f"held back: {plain(data.reason)}{until}")


@tell.register
def _(data: CallPlaced) -> Telling:
    after = data.seconds_since_allowed
    if data.direction == "in":
        return Telling("call", f"{call_words(data.call_id)} comes in from {data.phone}")
    return Telling(
        "call",
        joined(
            f"rings {data.phone}",
            f"attempt {data.attempt}",
            f"{after:.1f} s after it was allowed" if after is not None else None,
        ),
    )


@tell.register
def _(data: CallAnswered) -> Telling:
    return Telling("call", f"answered by {_ARTICLE[data.by]}")


_ARTICLE = {"person": "a person", "machine": "a machine", "unknown": "somebody or something"}


@tell.register
def _(data: CallSaid) -> Telling:
    who = {"agent": "segue", "person": "person", "lead": "lead"}[data.speaker]
    cut = f" (heard up to {quoted(data.heard)})" if data.heard is not None else ""
    return Telling(who, f"on the phone {quoted(data.text)}{cut}")


@tell.register
def _(data: CallEnded) -> Telling:
    return Telling(
        "call",
        joined(
            f"over: {plain(data.outcome)}",
            f"{data.seconds} s" if data.seconds is not None else None,
            data.detail or None,
            f"tries again {moment_words(data.retry_at)}" if data.retry_at else None,
        ),
    )
