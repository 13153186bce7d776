"""What leads to times and what follows them in a language: the patterns that `scan` goes by."""

import re
from dataclasses import dataclass
from functools import cache, cached_property

from segue_dialogue.understanding.times.vocabulary import Vocabulary, vocabulary


@dataclass(frozen=True)
class ScanWords:
    """The patterns of one language, compiled as they are used."""

    words: Vocabulary

    @cached_property
    def cue(self) -> re.Pattern[str]:
        """Any word that leads to an hour, before the position that a search ends at."""
        return re.compile(rf"(?:(?<!\w)(?:{self._('at')}|{self._('about')}|{self._('cues')}))\s*$")

    @cached_property
    def vague_cue(self) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w){self._('about')}\s*$")

    @cached_property
    def article(self) -> re.Pattern[str]:
        return re.compile(rf"{self._('article')}\s*")

    @cached_property
    def span_lead(self) -> re.Pattern[str]:
        return re.compile(rf"(?:{self._('between')}|{self._('starting')})\s*")

    @cached_property
    def join(self) -> re.Pattern[str]:
        return re.compile(rf"\s*(?:-|{self._('to')}|(?P<and>&|{self._('to_and')}))\s*")

    @cached_property
    def open_lead(self) -> re.Pattern[str]:
        return re.compile(
            rf"(?:(?P<after>{self._('after')})|(?P<before>{self._('before')}))(?!\w)\s*"
            rf"(?:{self._('about_open')}\s+)?"
        )

    @cached_property
    def open_behind(self) -> re.Pattern[str]:
        return re.compile(
            rf"\s*(?:(?P<after>\+|{self._('onwards')})|(?P<before>{self._('or_earlier')}))(?!\w)"
        )

    @cached_property
    def before_count(self) -> re.Pattern[str]:
        return re.compile(rf"(?:(?<!\w){self._('before_count')}|#)\s*$")

    @cached_property
    def before_verb_by(self) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w){self._('before_verb_by')}\s+$")

    @cached_property
    def shy_before(self) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w){self._('shy_before')}\s+$")

    @cached_property
    def need_cue(self) -> re.Pattern[str]:
        return re.compile(self._("need_cue"))

    @cached_property
    def this_part(self) -> re.Pattern[str]:
        return re.compile(rf"{self._('this_part')}\s+")

    @cached_property
    def day_part(self) -> re.Pattern[str]:
        return re.compile(rf"(?P<part>{self._('day_parts')})(?!\w)")

    @cached_property
    def part(self) -> re.Pattern[str]:
        return re.compile(rf"(?:{self._('part_lead')}\s+)?(?P<part>{self._('parts')})(?!\w)")

    @cached_property
    def part_after_day(self) -> re.Pattern[str]:
        return re.compile(rf"\s+(?P<part>{self._('parts_after_day')})(?!\w)")

    @cached_property
    def part_glued(self) -> re.Pattern[str]:
        return re.compile(rf"(?P<part>{self._('parts_glued')})(?!\w)")

    @cached_property
    def nothing_to_come(self) -> re.Pattern[str]:
        """What was, greetings, and the days that won't do."""
        return re.compile(rf"(?:{self._('past')}|{self._('excluded')})(?!\w)")

    def _(self, name: str) -> str:
        return self.words.fragment(name)


@cache
def scan_words(language: str) -> ScanWords:
    return ScanWords(vocabulary(language))
