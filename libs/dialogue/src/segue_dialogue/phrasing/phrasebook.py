"""Everything Segue can say, by key and language."""

from functools import cache
from pathlib import Path

from segue_dialogue.phrasing.catalogue import Catalogue, Phrase, read_catalogue
from segue_dialogue.phrasing.errors import MissingValue, UnknownPhrase
from segue_dialogue.phrasing.locales import DEFAULT_LANGUAGE, fallbacks, locale_for

CATALOGUES = Path(__file__).parent / "catalogues"


class Phrasebook:
    """The catalogues of one folder; a language is read when it is first spoken, then kept."""

    def __init__(self, folder: Path = CATALOGUES) -> None:
        self._files = {path.stem: path for path in sorted(folder.glob("*.po"))}
        self._read: dict[str, Catalogue] = {}

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that have a catalogue."""
        return tuple(self._files)

    def catalogue(self, language: str) -> Catalogue:
        """The catalogue of exactly this language; raises KeyError without one."""
        if language not in self._read:
            self._read[language] = read_catalogue(self._files[language])
        return self._read[language]

    def served_by(self, language: str) -> str | None:
        """The catalogue that serves a tag (`zh-TW` is served by `zh-Hant`), None where English
        has to stand in."""
        served = next(name for name in fallbacks(language) if name in self._files)
        same = locale_for(served).language == locale_for(language).language
        return served if same else None

    def spoken(self, language: str) -> str:
        """The language itself if a catalogue serves it, else English: a sentence keeps to one."""
        return language if self.served_by(language) else DEFAULT_LANGUAGE

    def say(self, key: str, language: str, /, **values: object) -> str:
        """The phrase in the language, its base language or English, with the values filled in.

        Raises UnknownPhrase for a key that no catalogue has, MissingValue for a field without
        a value. Values are inserted as they are: braces in them mean nothing.
        """
        _, phrase = self._find(key, language)
        return _filled(key, phrase.forms[0], values)

    def say_count(self, key: str, language: str, count: int, /, **values: object) -> str:
        """As `say`, in the plural form that the language wants for `count` (field `{count}`)."""
        catalogue, phrase = self._find(key, language)
        form = min(catalogue.plural_form(abs(count)), len(phrase.forms) - 1)
        return _filled(key, phrase.forms[form], {"count": count, **values})

    def _find(self, key: str, language: str) -> tuple[Catalogue, Phrase]:
        for name in fallbacks(language):
            if name in self._files:
                catalogue = self.catalogue(name)
                if key in catalogue.phrases:
                    return catalogue, catalogue.phrases[key]
        raise UnknownPhrase(key, language or DEFAULT_LANGUAGE)


@cache
def phrasebook() -> Phrasebook:
    """The phrasebook of the catalogues that come with this package, made once."""
    return Phrasebook()


def _filled(key: str, text: str, values: dict[str, object]) -> str:
    try:
        return text.format_map(values).strip()
    except KeyError as error:
        raise MissingValue(key, str(error.args[0])) from error
