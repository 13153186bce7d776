"""Requests that change who talks, how and how fast: a person, a phone call, help at once."""

import re
from functools import cache

from segue_dialogue.understanding.lexicon import data, matches_any
from segue_dialogue.understanding.message import Message

_CALL_ME_BY_NAME = re.compile(r"\b[Cc]all me ([A-Z][\w'-]+|[a-z]+)\b")


def asks_for_human(message: Message, spoken: tuple[str, ...]) -> bool | None:
    """Whether the person asks for a person.

    False where they speak of people of their own or of the past ("I have to talk to my wife"),
    None where nothing of the kind is said.
    """
    asked = _without("human_not", message, spoken)
    if matches_any("human", spoken, asked):
        return True
    return False if asked != message.plain else None


def asks_for_call(message: Message, spoken: tuple[str, ...]) -> bool:
    """Whether the person wants to be phoned; "call me Dana" and "don't call me" don't count."""
    asked = _without("call_not", message, spoken)
    if matches_any("call", spoken, asked) is None:
        return False
    named = _CALL_ME_BY_NAME.search(message.original)
    return not (named and named[1].lower() in given_names())


def tells_emergency(message: Message, spoken: tuple[str, ...]) -> bool:
    """Whether help is needed at once: great pain, a burst pipe, "an emergency"."""
    return matches_any("emergency", spoken, _without("emergency_not", message, spoken)) is not None


@cache
def given_names() -> frozenset[str]:
    """Common given names, to tell names from other words in lower-case messages."""
    return frozenset(data("given_names.txt").read_text("utf-8").split())


def _without(key: str, message: Message, spoken: tuple[str, ...]) -> str:
    """The message with what only looks like the request taken out."""
    plain = message.plain
    while found := matches_any(key, spoken, plain):
        if found.start() == found.end():
            break
        plain = plain[: found.start()] + "\x1a" + plain[found.end() :]
    return plain
