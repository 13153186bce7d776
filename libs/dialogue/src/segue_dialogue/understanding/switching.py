"""When a conversation goes on in another language: one rule for what is written and said."""

from segue_dialogue.understanding.language import sure_language


def surely_in(text: str, known: str | None, default: str) -> str | None:
    """The language that `text` is surely in, or None where it may be in any.

    Of the same language the variant that is `known` stays, or else that of `default`: who has been
    written to in `es-MX` and writes Spanish is still written to in `es-MX`.
    """
    sure = sure_language(text)
    variants = (variant for variant in (known, default) if variant and sure)
    return next((variant for variant in variants if variant.startswith(f"{sure}-")), sure)
