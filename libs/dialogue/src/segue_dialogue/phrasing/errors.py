"""What can go wrong when Segue puts something into words."""


class PhrasingError(Exception):
    """Base of every error of this package; each is a mistake in code or in a catalogue."""


class UnknownPhrase(PhrasingError):
    """No catalogue has the key; `key` and `language` say which was asked for."""

    def __init__(self, key: str, language: str) -> None:
        super().__init__(f"no phrase {key!r}, neither in {language!r} nor in English")
        self.key = key
        self.language = language


class MissingValue(PhrasingError):
    """A phrase names a field that the caller gave no value for."""

    def __init__(self, key: str, field: str) -> None:
        super().__init__(f"the phrase {key!r} needs a value for {field!r}")
        self.key = key
        self.field = field


class BadCatalogue(PhrasingError):
    """A catalogue can't be used as it stands; the message names the file and the phrase."""
