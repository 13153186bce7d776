"""What the person on the telephone means: the common understanding, and the telephone's own."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from segue_dialogue.understanding import Context, Understanding, understand
from segue_dialogue.understanding.datafiles import read_words

from segue_voice_bridge.domain.agent.session import Session

_FOLDER = files("segue_voice_bridge.domain.agent") / "phrases"
_FILE = TypeAdapter(dict[str, list[str]])
_STRAIGHT = str.maketrans("‘’ʼ", "'''")
# Carriers' stop words such as "end" or "cancel" mean other things when they are spoken.
_SPOKEN_STOP = re.compile(r"\W*(?:stop|unsubscribe|baja)\W*", re.IGNORECASE)
# The question as the common understanding names it.
_QUESTIONS = {
    "good_time": "offer_next_step", "choose_slot": "choose_slot", "confirm_slot": "confirm_booking",
    "which_time": "booking_time", "better_time": "booking_time", "call_back_time": "booking_time",
}  # fmt: skip


@dataclass(frozen=True)
class Meaning:
    """One thing that the person said, understood."""

    text: str
    plain: str
    language: str
    understood: Understanding

    def means(self, key: str) -> bool:
        """Whether the words hold one of the telephone phrases under `key`."""
        return _found(key, self.language, self.plain)

    @property
    def yes(self) -> bool:
        return self.understood.affirmation == "yes"

    @property
    def no(self) -> bool:
        return self.understood.affirmation == "no"

    @property
    def opts_out(self) -> bool:
        words = len(self.plain.split())
        return self.understood.opt_out and (words > 1 or bool(_SPOKEN_STOP.fullmatch(self.plain)))

    @property
    def ordinal(self) -> int | None:
        """Which of several was named: 0 for the first, -1 for the last."""
        if self.means("last"):
            return -1
        for index, pattern in enumerate(_ordinals(self.language)):
            if pattern.search(self.plain):
                return index
        return None


def listen(session: Session, text: str, now: datetime) -> Meaning:
    """Understand the person's words in the light of what was asked."""
    zone = session.lead_zone if session.question in _LEADS_CLOCK else session.zone
    understood = understand(
        text,
        context=Context(
            language=session.language,
            question=_QUESTIONS.get(session.question),
            has_booking=session.booked is not None,
            region=session.region,
            currency=session.currency,
        ),
        now=now.astimezone(ZoneInfo(zone)),
    )
    plain = text.lower().translate(_STRAIGHT).strip(" .,!?¡¿\n\t")
    return Meaning(text, plain, session.language, understood)


_LEADS_CLOCK = ("better_time", "call_back_time")


def _found(key: str, language: str, plain: str) -> bool:
    return any(
        pattern.search(plain)
        for code in dict.fromkeys((_base(language), "en"))
        if (pattern := _pattern(code, key)) is not None
    )


def _base(tag: str) -> str:
    """The language of a tag, without its region or script."""
    return tag.partition("-")[0]


def _ordinals(language: str) -> tuple[re.Pattern[str], ...]:
    own = _file(_base(language)).get("ordinals") or _file("en")["ordinals"]
    return tuple(_compiled(entry) for entry in own)


@cache
def _pattern(language: str, key: str) -> re.Pattern[str] | None:
    entries = _file(language).get(key)
    return _compiled("|".join(entries)) if entries else None


@cache
def _compiled(entry: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{entry})(?!\w)")


@cache
def _file(language: str) -> dict[str, list[str]]:
    path = _FOLDER / f"{language}.yaml"
    if not path.is_file():
        return {}
    return _FILE.validate_python(read_words(path))
