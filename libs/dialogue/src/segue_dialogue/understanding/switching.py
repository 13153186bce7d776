"""When a conversation goes on in another language: one rule for what is written and said."""

from functools import cache

from pydantic import TypeAdapter

from segue_dialogue.understanding.language import sure_language
from segue_dialogue.understanding.lexicon import load_yaml
from segue_dialogue.understanding.message import one_letter, read

_NAMES = TypeAdapter(dict[str, dict[str, str] | str])
MOST_WORDS = 10


def surely_in(text: str, known: str | None, default: str) -> str | None:
    """The language that `text` asks for or is surely in, or None where it may be in any.

    Of the same language the variant that is `known` stays, or else that of `default`: who has been
    written to in `es-MX` and writes Spanish is still written to in `es-MX`.
    """
    sure = asked_for(text) or sure_language(text)
    variants = (variant for variant in (known, default) if variant and sure)
    return next((variant for variant in variants if variant.startswith(f"{sure}-")), sure)


def asked_for(text: str) -> str | None:
    """The language that a message does nothing but ask for: "English please", "¿habla español?",
    "do you speak Polish?"."""
    words = read(text).words
    if not 0 < len(words) <= MOST_WORDS:
        return None
    own, english = _names("own"), _names("english")
    named = {word for word in words if word in own or word in english}
    beside = set(words) - named
    if len(named) != 1 or not beside <= _words("asking") | _words("filling"):
        return None
    (name,) = named
    if name in own:
        return own[name]
    return english[name] if beside & _words("asking") else None


@cache
def _names(kind: str) -> dict[str, str]:
    """Each name with its language."""
    listed = _file()[kind]
    entries = listed.items() if isinstance(listed, dict) else ()
    return {word: code for code, words in entries for word in one_letter(words).split()}


@cache
def _words(kind: str) -> frozenset[str]:
    listed = _file()[kind]
    return frozenset(one_letter(listed).split() if isinstance(listed, str) else ())


@cache
def _file() -> dict[str, dict[str, str] | str]:
    return _NAMES.validate_python(load_yaml("language_names.yaml"))
