"""From a language tag to the locale and the catalogues that serve it."""

from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global

DEFAULT_LANGUAGE = "en"


@lru_cache(maxsize=512)
def locale_for(language: str) -> Locale:
    """The CLDR locale of a BCP 47 tag (`es-MX`, `zh_Hant`); its base, or English, if unknown."""
    tag = _current(language)
    for candidate in (tag, tag.split("_")[0], DEFAULT_LANGUAGE):
        try:
            return Locale.parse(candidate)
        except (ValueError, UnknownLocaleError):
            continue
    raise UnknownLocaleError(language)


@lru_cache(maxsize=512)
def fallbacks(language: str) -> tuple[str, ...]:
    """Catalogue names to look in, most specific first: `zh-TW` finds zh-Hant, zh, at last en."""
    locale = locale_for(language)
    base, script, territory = locale.language, locale.script, locale.territory
    names = [
        _joined(base, script, territory),
        _joined(base, script),
        _joined(base, territory),
        base,
        _current(language).split("_")[0],
        DEFAULT_LANGUAGE,
    ]
    return tuple(dict.fromkeys(names))


def is_right_to_left(language: str) -> bool:
    """Whether the language is written from right to left (Arabic, Hebrew, Persian, Urdu...)."""
    return locale_for(language).text_direction == "rtl"


def _current(language: str) -> str:
    """The tag with underscores and today's name of its language (`iw` is Hebrew, `he`)."""
    base, _, rest = language.strip().replace("-", "_").partition("_")
    base = str(get_global("language_aliases").get(base.lower(), base.lower()))
    return f"{base}_{rest}" if rest else base


def _joined(*parts: str | None) -> str:
    return "-".join(part for part in parts if part)
