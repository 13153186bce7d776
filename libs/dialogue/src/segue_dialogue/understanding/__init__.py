"""What a person's message means, understood without a key and without a network."""

from segue_dialogue.understanding.language import detect_language, sure_language
from segue_dialogue.understanding.models import (
    INTENTS,
    Affirmation,
    Context,
    Fact,
    Grain,
    Intent,
    TimeReference,
    Understanding,
)
from segue_dialogue.understanding.switching import asked_for, surely_in
from segue_dialogue.understanding.understand import understand, warm_up

__all__ = [
    "INTENTS",
    "Affirmation",
    "Context",
    "Fact",
    "Grain",
    "Intent",
    "TimeReference",
    "Understanding",
    "asked_for",
    "detect_language",
    "sure_language",
    "surely_in",
    "understand",
    "warm_up",
]
