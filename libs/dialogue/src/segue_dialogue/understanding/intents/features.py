"""What the intent model sees of a message: its masked words, their parts, and its vector."""

import re
from itertools import pairwise
from zlib import crc32

import numpy as np

from segue_dialogue.understanding.embedding import DIMENSIONS, embed
from segue_dialogue.understanding.facts.need import suffers, wishes
from segue_dialogue.understanding.intents.rows import Labels, Rows
from segue_dialogue.understanding.intents.shape import SHAPES, shape
from segue_dialogue.understanding.lexicon import pattern
from segue_dialogue.understanding.message import Message, read

BUCKETS = 2**17  # hashed words and parts; 30,000 occur; 8192 cost a point of accuracy
LEXICAL_WEIGHT = 2.5  # this and the next: chosen by cross validation
VECTOR_WEIGHT = 0.6
SIGN_WEIGHT = 0.7
SHAPE_WEIGHT = 0.32

# What stands in for words whose kind says more than their letters do.
_MASKS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(expression), f" {name} ")
    for expression, name in (
        (r"(?<!\S)\S{1,64}@\S{1,64}\.\w+", "xemail"),
        (r"https?://\S+|www\.\S+", "xurl"),
        (r"[$€£]\s?\d[\d.,]*\s?k?|\b\d[\d.,]*\s?(?:k|dollars|bucks|euros?|usd|pounds|quid|grand)\b",
         "xmoney"),
        (r"\+?\(?\d[\d().\- ]{7,}\d", "xphone"),
        (r"\b\d{1,2}(?::\d\d)?\s?(?:am|pm|a\.m\.?|p\.m\.?)\b|\b\d{1,2}:\d\d\b", "xclock"),
        (r"\b\d{1,2}(?:st|nd|rd|th)\b|\b\d{1,2}/\d{1,2}(?:/\d{2,4})?\b", "xdate"),
        (r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?s?\b", "xday"),
        (r"\b(?:january|february|april|june|july|august|september|october|november|december)\b",
         "xmonth"),
        (r"\d[\d.,]*", "xnumber"),
    )
)  # fmt: skip
_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)*|\?")
_MAX_WORDS = 60
_MAX_CHARS = 600
# Phrases that the rest of the understanding knows too: as signs they help the model.
SIGNS = (
    "human", "call", "opt_out", "affirm", "deny", "greeting", "thanks", "budget_cue", "price_talk",
    "authority_decider", "authority_joint", "authority_influencer", "timeline_asap",
    "timeline_none", "timeline_duration", "need_trouble_not", "price_check", "people_counted",
    "name_said", "refusal", "budget_open", "budget_low",
)  # fmt: skip
FOUND = 2  # signs that take more than one phrase: a wish, a trouble
TRAITS = DIMENSIONS + len(SIGNS) + FOUND + SHAPES


def features(texts: list[str]) -> Rows:
    """What the model sees of each text: its words' buckets, and `TRAITS` numbers."""
    messages = [read(text) for text in texts]
    buckets = [_buckets(message) for message in messages]
    traits = np.empty((len(texts), TRAITS), dtype=np.float32)
    traits[:, :DIMENSIONS] = VECTOR_WEIGHT * embed([_joined(message) for message in messages])
    for row, message in zip(traits, messages, strict=True):
        row[DIMENSIONS:] = [
            *(SIGN_WEIGHT * sign for sign in _signs(message)),
            *(SHAPE_WEIGHT * trait for trait in shape(message)),
        ]
    fill = [LEXICAL_WEIGHT / len(filled) ** 0.5 for filled in buckets]
    return Rows(BUCKETS, buckets, np.array(fill, dtype=np.float32), traits)


def _signs(message: Message) -> list[bool]:
    said = [pattern("en", sign).search(message.plain) is not None for sign in SIGNS]
    return [*said, wishes(message, ("en",)), suffers(message, ("en",))]


def _joined(message: Message) -> str:
    return " ".join(message.plain.split()[:_MAX_WORDS])[:_MAX_CHARS] or "."


def _buckets(message: Message) -> Labels:
    return np.array(sorted({crc32(name.encode()) % BUCKETS for name in _names(message)}))


def _names(message: Message) -> list[str]:
    plain = " ".join(message.plain.split()[:_MAX_WORDS])[:_MAX_CHARS]
    for mask, name in _MASKS:
        plain = mask.sub(name, plain)
    words = _TOKEN.findall(plain)[:_MAX_WORDS]
    framed = ["^", *words, "$"]
    pairs = [f"{a} {b}" for a, b in pairwise(framed)]
    return [*words, *pairs, *(part for word in words for part in _parts(word))]


def _parts(word: str) -> list[str]:
    """Letter runs, so that a misspelt word still shares most of its features."""
    if len(word) < 5 or word.startswith("x"):
        return []
    padded = f"<{word}>"
    return [f"#{padded[i : i + 4]}" for i in range(len(padded) - 3)]
