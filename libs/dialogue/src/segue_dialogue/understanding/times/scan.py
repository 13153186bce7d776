"""Finding the pieces of times in a message, from left to right, the longest reading first."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from segue_dialogue.understanding.times.atoms import Atom, Clock, ClockSpan, DayPart, Part, Past
from segue_dialogue.understanding.times.beginnings import beginnings
from segue_dialogue.understanding.times.clocks import clock_at
from segue_dialogue.understanding.times.dates import days_at, glued_at
from segue_dialogue.understanding.times.day_words import one_day
from segue_dialogue.understanding.times.moments import moment_at
from segue_dialogue.understanding.times.scan_words import ScanWords, scan_words
from segue_dialogue.understanding.times.vocabulary import Vocabulary, vocabulary

# Characters before a piece in which the words that lead to it are looked for; the whole text
# before each piece would make long messages slow.
_LOOK_BACK = 24
_SHORTEST_ABROAD = 4  # letters; shorter words of one language are too often words of another
_WORD = re.compile(r"(?<![\w.])(?<!\d[/:.,])(?=\w)")


def scan(plain: str, now: datetime, region: str, languages: tuple[str, ...]) -> list[Atom]:
    """All pieces of times in a message, in order and without overlap.

    The first of `languages` is that of the message. What it doesn't read the others may, save the
    words that mean something else elsewhere.
    """
    readers = [
        _Reader(plain, now, region, vocabulary(language), scan_words(language), at_home=i == 0)
        for i, language in enumerate(languages)
    ]
    return list(_pieces(plain, readers))


def _pieces(plain: str, readers: list["_Reader"]) -> Iterator[Atom]:
    position = 0
    while found := _WORD.search(plain, position):
        start = found.start()
        atom = next((piece for reader in readers if (piece := reader.read(start))), None)
        if atom:
            yield atom
        position = atom.end if atom else _past_word(plain, start)


@dataclass(frozen=True)
class _Reader:
    """Reads the pieces of times that one language knows."""

    plain: str
    now: datetime
    region: str
    words: Vocabulary
    patterns: ScanWords
    at_home: bool

    def read(self, start: int) -> Atom | None:
        """The piece that begins at a position of the message."""
        opening = self.plain[start : start + 2]
        known = self.words.openings
        if not opening[0].isdigit():
            if not (opening in known or opening[0] in known):
                return None
            if not beginnings(self.words.language).match(self.plain, start):
                return None
        atom = self._piece(start)
        return atom if atom and (self.at_home or self._is_plain_abroad(atom)) else None

    def _is_plain_abroad(self, atom: Atom) -> bool:
        """Whether a piece in another language than the message's own is surely one."""
        text = self.plain[atom.start : atom.end]
        if text.isalpha() and (len(text) < _SHORTEST_ABROAD or text in self.words.home):
            return False
        return not (isinstance(atom.piece, Clock) and atom.piece.weak and not text[0].isdigit())

    def _piece(self, start: int) -> Atom | None:
        if past := self.patterns.nothing_to_come.match(self.plain, start):
            return Atom(Past(), start, past.end())
        if moment := moment_at(self.plain, start, self.now, self.words):
            return Atom(moment[0], start, moment[1])
        if now_part := self._part_of_today(start):
            return now_part
        if span := self._closed_span(start) or self._open_span(start):
            return span
        # "in the afternoon of the 3rd": the longer of a day and a part of a day wins.
        day, part = self._day(start), self._part(start)
        if day and not (part and part.end >= day.end):
            return day
        return part or self._clock(start)

    def _day(self, start: int) -> Atom | None:
        if glued := glued_at(self.plain, start, self.now.date(), self.words):
            part = self.patterns.part_glued.match(self.plain, glued[1])
            if part:
                span = Part(*self.words.parts_glued.value(part["part"]))
                return Atom(DayPart(glued[0], span), start, part.end())
        days = days_at(self.plain, start, self.now.date(), self.region, self.words)
        if not days or self._is_shy(start, days[1]):
            return None
        if after := self.patterns.part_after_day.match(self.plain, days[1]):
            span = Part(*self.words.parts_after_day.value(after["part"]))
            return Atom(DayPart(days[0], span), start, after.end("part"))
        return Atom(days[0], start, days[1], cued=self._is_led(self.patterns.cue, start))

    def _closed_span(self, start: int) -> Atom | None:
        """ "between 2 and 4", "from 9 to 12", "2-4pm"."""
        lead = self.patterns.span_lead.match(self.plain, start)
        first = self._clock_at(lead.end() if lead else start)
        if not first:
            return None
        join = self.patterns.join.match(self.plain, first[1])
        last = self._clock_at(join.end()) if join and join.end() > first[1] else None
        if not join or not last or (join["and"] and not lead):
            return None
        # A bare "2-4" is a time only beside a day; the combiner decides.
        sure = lead or not (first[0].weak and last[0].weak)
        cued = bool(sure) or self._is_led(self.patterns.cue, start)
        return Atom(ClockSpan(first[0], last[0]), start, last[1], cued=cued)

    def _open_span(self, start: int) -> Atom | None:
        """ "after 5", "before noon", "3pm onwards"."""
        lead = None
        if not self._is_led(self.patterns.before_verb_by, start):
            lead = self.patterns.open_lead.match(self.plain, start)
        clock = self._clock_at(lead.end() if lead else start)
        if not clock:
            return None
        side = lead or self.patterns.open_behind.match(self.plain, clock[1])
        if not side:
            return None
        span = ClockSpan(None, clock[0]) if side["before"] else ClockSpan(clock[0], None)
        return Atom(span, start, max(clock[1], side.end()), cued=True)

    def _clock_at(self, position: int) -> tuple[Clock, int] | None:
        article = self.patterns.article.match(self.plain, position)
        return clock_at(self.plain, article.end() if article else position, self.words)

    def _part(self, start: int) -> Atom | None:
        found = self.patterns.part.match(self.plain, start)
        return (
            Atom(Part(*self.words.parts.value(found["part"])), start, found.end())
            if found
            else None
        )

    def _part_of_today(self, start: int) -> Atom | None:
        """ "Tonight", "stasera" and "this afternoon"."""
        if found := self.patterns.day_part.match(self.plain, start):
            ahead, first, last = self.words.day_parts.value(found["part"])
            return self._on_day(ahead, Part(first, last), start, found.end())
        this = self.patterns.this_part.match(self.plain, start)
        part = self._part(this.end()) if this else None
        if part and isinstance(part.piece, Part):
            return self._on_day(0, part.piece, start, part.end)
        return None

    def _on_day(self, ahead: int, part: Part, start: int, end: int) -> Atom:
        day = self.now.date() + timedelta(days=ahead)
        return Atom(DayPart(one_day(day, is_today=ahead == 0), part), start, end)

    def _clock(self, start: int) -> Atom | None:
        clock = clock_at(self.plain, start, self.words)
        if not clock:
            return None
        piece = clock[0]
        cued = self._is_led(self.patterns.cue, start)
        if piece.weak and not cued and self._needs_cue(start, clock[1]):
            return None  # "the first one"
        if piece.weak and self._is_led(self.patterns.before_count, start):
            return None
        if self._is_led(self.patterns.vague_cue, start):
            piece = replace(piece, vague=True)
        return Atom(piece, start, clock[1], cued=cued)

    def _needs_cue(self, start: int, end: int) -> bool:
        return self.patterns.need_cue.fullmatch(self.plain, start, end) is not None

    def _is_shy(self, start: int, end: int) -> bool:
        """ "Sat", "sun" and "mar" are also other words: "I sat", "in the sun"."""
        if self.plain[start:end] not in self.words.shy:
            return False
        return self._is_led(self.patterns.shy_before, start)

    def _is_led(self, lead: re.Pattern[str], start: int) -> bool:
        """Whether what stands before a position leads to it."""
        return lead.search(self.plain, max(0, start - _LOOK_BACK), start) is not None


def _past_word(plain: str, start: int) -> int:
    end = start
    while end < len(plain) and (plain[end].isalnum() or plain[end] == "_"):
        end += 1
    return max(end, start + 1)
