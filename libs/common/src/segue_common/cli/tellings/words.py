"""The parts of payloads in words: quotes, facts, scores, slots and durations."""

import json
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from segue_common.events import Fact, ScoreLine, Slot, TimeWish


def quoted(text: str) -> str:
    return f"“{text}”"


def plain(name: str) -> str:
    """`no_consent` as `no consent`."""
    return name.replace("_", " ")


def joined(*parts: str | None) -> str:
    """The parts that are there, with commas."""
    return ", ".join(part for part in parts if part)


def value_words(value: JsonValue) -> str:
    """A fact's value; a sum of money as `2000 USD`."""
    if isinstance(value, dict) and "amount" in value:
        words = (value.get("bound"), value["amount"], value.get("currency"))
        return " ".join(str(word) for word in words if word is not None)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def fact_words(fact: Fact) -> str:
    return f"{plain(fact.slot)} {value_words(fact.value)} {quoted(fact.quote)}"


def score_words(line: ScoreLine) -> str:
    said = f" {quoted(line.quote)}" if line.quote else ""
    return f"{plain(line.criterion)} {line.points}/{line.of}: {line.because}{said}"


def slot_words(slot: Slot) -> str:
    """`Consultation on Tue 3 Nov 2026 at 10:00 EST`, in the calendar's own zone."""
    local = slot.starts_at.astimezone(ZoneInfo(slot.time_zone))
    return f"{slot.service_name} on {local:%a} {local.day} {local:%b %Y at %H:%M %Z}"


def slots_words(slots: Iterable[Slot]) -> tuple[str, ...]:
    return tuple(slot_words(slot) for slot in slots)


def wish_words(wish: TimeWish) -> str:
    return f"{moment_words(wish.start)} to {moment_words(wish.end)}"


def moment_words(at: datetime) -> str:
    return f"{at:%a} {at.day} {at:%b %H:%M %Z}"


def call_words(call_id: object) -> str:
    """The start of a call's ID, enough to tell calls apart."""
    return f"call {str(call_id)[:8]}"
