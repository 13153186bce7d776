"""Which voice a language has at the carrier, and which language a call is held in."""

from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, TypeAdapter
from segue_common.tenants import Tenant, Voice
from segue_dialogue.phrasing import phrasebook
from segue_dialogue.understanding.datafiles import read_words

from segue_voice_bridge.domain.speech.speech import (
    ALL_AT_ONCE,
    MULTI,
    MULTI_MODEL,
    TTS_PROVIDER,
    Speech,
)

LAST_RESORT = "en"


class _Known(BaseModel):
    """What the carrier has for a language."""

    tags: tuple[str, ...]
    hears: str | None = None
    by: Literal["Deepgram", "Google"] = "Deepgram"


_FILE = TypeAdapter(dict[str, _Known])


def speech_for(language: str, tenant: Tenant) -> Speech | None:
    """How the language is spoken and heard; None where it has no voice.

    `language` is a BCP 47 tag, of whose variants the carrier may have none: then it is the
    language's usual one.
    """
    own = _own_voice(language, tenant)
    known = _known_as(language)
    if known is None:
        return _of_their_own(language, own)
    speech = _usual(language, known, tenant.region)
    return speech.with_voice(own) if own else speech


def spoken_in(language: str, tenant: Tenant) -> str:
    """The language that a call is held in: the conversation's, or the business' where that one has
    no voice."""
    candidates = (language, tenant.languages.default)
    return next((one for one in candidates if speech_for(one, tenant)), LAST_RESORT)


def speech_of(language: str, tenant: Tenant) -> Speech:
    """How a call in this language sounds, which may have to be in another one."""
    speech = speech_for(spoken_in(language, tenant), tenant)
    assert speech is not None, "the last resort has a voice"
    return speech


def call_languages(language: str, tenant: Tenant) -> tuple[str, ...]:
    """The languages that a call may go on in: the one that it begins in, the business' own, those
    heard at once, and those for which a voice is named."""
    wanted = (language, tenant.languages.default, *tenant.languages.voices, *ALL_AT_ONCE)
    bases: dict[str, str] = {}
    for one in wanted:
        if speech_for(one, tenant):
            bases.setdefault(_base(one), one)
    return tuple(bases.values())


def _usual(language: str, known: _Known, region: str) -> Speech:
    tag = _tag(language, known.tags, region)
    at_once = _base(language) in ALL_AT_ONCE
    return Speech(
        language=language,
        tts_language=tag,
        tts_provider=TTS_PROVIDER,
        transcription_language=MULTI if at_once else known.hears or tag,
        transcription_provider=known.by,
        speech_model=MULTI_MODEL if at_once else None,
    )


def _of_their_own(language: str, own: Voice | None) -> Speech | None:
    """A language that only this business has a voice for: it must say all that is needed."""
    if own is None or own.tag is None or own.provider is None or own.transcription is None:
        return None
    return Speech(
        language=language,
        tts_language=own.tag,
        tts_provider=own.provider,
        transcription_language=own.tag,
        transcription_provider=own.transcription,
        voice=own.voice,
        speech_model=own.speech_model,
    )


def _tag(language: str, tags: tuple[str, ...], region: str) -> str:
    """The variant that was asked for, else the region's, else the first."""
    _, _, asked_for = language.partition("-")
    by_territory = {tag.partition("-")[2]: tag for tag in tags}
    return by_territory.get(asked_for.upper()) or by_territory.get(region) or tags[0]


def _own_voice(language: str, tenant: Tenant) -> Voice | None:
    voices = tenant.languages.voices
    return voices.get(language) or voices.get(_base(language))


def _known_as(language: str) -> _Known | None:
    catalogue = phrasebook().served_by(language)
    return _voices().get(catalogue) if catalogue else None


def _base(language: str) -> str:
    """The language without its region; the scripts of Chinese are languages of their own here."""
    return phrasebook().served_by(language) or language


@cache
def _voices() -> dict[str, _Known]:
    folder = files("segue_voice_bridge.domain.speech")
    return _FILE.validate_python(read_words(folder / "voices.yaml"))
