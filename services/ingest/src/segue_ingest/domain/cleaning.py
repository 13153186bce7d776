"""Makes text from outside storable: some characters break databases and encoders later on."""


def clean(text: str) -> str:
    """`text` without NUL, which PostgreSQL refuses, and without lone surrogates, which have no
    UTF-8 form."""
    return text.replace("\x00", "").encode("utf-8", errors="replace").decode("utf-8")


def clean_name(text: str | None) -> str | None:
    """A name as people give it to an app, or None if nothing is left of it."""
    return clean(text or "").strip()[:200] or None
