"""No word is passed over that a time begins with."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from segue_dialogue.understanding.message import read
from segue_dialogue.understanding.times.beginnings import beginnings
from segue_dialogue.understanding.times.clocks import clock_at
from segue_dialogue.understanding.times.dates import days_at, glued_at
from segue_dialogue.understanding.times.folding import fold
from segue_dialogue.understanding.times.moments import moment_at
from segue_dialogue.understanding.times.vocabulary import calendars, vocabulary

DATA = Path(__file__).parent / "data"
NOW = datetime(2026, 3, 4, 11, tzinfo=UTC)
FILES = sorted(DATA.glob("times*.jsonl"))
LINES = [json.loads(line)["text"] for file in FILES for line in file.read_text().splitlines()]
WORD = re.compile(r"\b[^\W\d]")


@pytest.mark.parametrize("language", sorted(calendars()))
def test_whatever_is_read_at_a_word_is_a_beginning(language):
    words, begins = vocabulary(language), beginnings(language)
    seen = 0
    for text in LINES:
        plain = fold(read(text).plain)
        for start in (found.start() for found in WORD.finditer(plain)):
            named = (
                moment_at(plain, start, NOW, words)
                or glued_at(plain, start, NOW.date(), words)
                or days_at(plain, start, NOW.date(), "US", words)
                or clock_at(plain, start, words)
            )
            if named:
                seen += 1
                assert begins.match(plain, start), plain[start:]
    assert seen > 20


def test_most_words_are_none():
    plain = "i have been thinking about whitening my teeth for a few years"
    starts = [found.start() for found in WORD.finditer(plain)]
    assert sum(beginnings("en").match(plain, start) is not None for start in starts) <= 2
