"""Intents by a language's own phrases, for the languages that the trained model doesn't know."""

from segue_dialogue.understanding.intents.model import Likely
from segue_dialogue.understanding.lexicon import pattern
from segue_dialogue.understanding.message import Message
from segue_dialogue.understanding.models import INTENTS, Intent

# What an appointment or a question is plainly named in outweighs what it would cost.
ORDER: tuple[Intent, ...] = ("book", "support", "sales")
# As sure as an answer to what was asked, and no surer: that stays with who asked.
FOUND = 0.9
MODELLED = "en"


def phrased(message: Message, tried: tuple[str, ...]) -> Likely | None:
    """How likely each intent is, or None where none of these languages has a phrase for it.

    The languages are tried in their order; English is left to the model, which is better.
    """
    for language in tried:
        if language == MODELLED:
            continue
        for intent in ORDER:
            if pattern(language, intent).search(message.plain):
                rest = (1 - FOUND) / (len(INTENTS) - 1)
                intents = {one: FOUND if one == intent else rest for one in INTENTS}
                return Likely(intents, asks_facts=intents["support"])
    return None
