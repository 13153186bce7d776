"""What a language's calendar.yaml holds: the words of its calendar and clock.

Keys and fragments are patterns in which a space is any white space and `{key}` stands for whatever
another key finds. They are searched in lower case without accents, so they may be written with or
without. What a language leaves out, it doesn't have.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Fragment = str | list[str]  # a list is any of its entries
Which = Literal["this", "coming", "next", "after_next"]
Edge = Literal["start", "mid", "end"]
NEVER = r"(?!)"


class Fragments(BaseModel):
    """The words between the words: each says what follows or precedes it."""

    model_config = ConfigDict(extra="forbid")

    # The clock.
    at: Fragment = NEVER  # leads to an exact hour
    about: Fragment = NEVER  # leads to a vague one
    cues: Fragment = NEVER  # leads to an hour in other ways
    article: Fragment = NEVER  # before an hour: "las" in "entre las 2 y las 4"
    oclock: Fragment = NEVER  # after a number that is surely an hour
    hours_word: Fragment = NEVER  # after an hour, and after a count of hours
    counted_past: Fragment = NEVER  # before an hour, with the minutes as digits
    counted_to: Fragment = NEVER
    ish: Fragment = NEVER  # after an hour that is meant roughly
    am: Fragment = r"a\.?\s?m\b\.?|(?<=\d)a\b"
    pm: Fragment = r"p\.?\s?m\b\.?|(?<=\d)p\b"
    military_unit: Fragment = NEVER  # after four digits: "0900 hrs"
    need_cue: Fragment = r"\D+"  # hours that are none without a word that leads to them
    after_bare: Fragment = NEVER  # what may follow a bare hour; else the language's small words
    before_count: Fragment = NEVER  # "option", "room": the number after it is no hour
    before_verb_by: Fragment = NEVER  # "come", "stop": the "by" after it belongs to it
    # Spans of the clock.
    between: Fragment = NEVER
    starting: Fragment = NEVER  # "from"
    to: Fragment = NEVER
    to_and: Fragment = NEVER  # joins two hours only after `between` or `starting`
    after: Fragment = NEVER
    before: Fragment = NEVER
    about_open: Fragment = NEVER  # may stand after these two
    onwards: Fragment = NEVER  # "after" that follows its hour
    or_earlier: Fragment = NEVER  # "before" that follows its hour
    # Days.
    this_part: Fragment = NEVER  # "this" before a part of the day
    part_lead: Fragment = NEVER
    shy_before: Fragment = NEVER  # before a shy word that is no day: "I sat"
    the: Fragment = NEVER
    week: Fragment = NEVER
    week_of: Fragment = NEVER  # before a day of that week
    weekend: Fragment = NEVER
    month: Fragment = NEVER
    workdays: Fragment = NEVER
    of: Fragment = NEVER  # between a day and its month
    of_month: Fragment = NEVER  # between a week and its month
    year_lead: Fragment = NEVER
    day_suffix: Fragment = NEVER  # "th"
    day_of_month: Fragment = NEVER  # with a group `day`
    weekday_number: Fragment = NEVER  # after "martes 24" that is a date
    dot_date_lead: Fragment = NEVER  # before "3.12" that is a date
    not_a_date: Fragment = NEVER  # after what would else be a day of the month
    not_a_fraction: Fragment = NEVER  # after "1/2" that is no date
    edge_link: Fragment = NEVER  # "of the" in "end of the month"
    month_cue: Fragment = NEVER  # leads to a month that is also another word
    weeks_before: Fragment = NEVER  # "two weeks from", with groups `count` and `unit`
    # Counted from now.
    counted: Fragment = NEVER  # "in" three days
    within: Fragment = NEVER
    about_count: Fragment = NEVER
    and_a_half: Fragment = NEVER
    from_now: Fragment = NEVER  # after the count
    # Recognised so that it isn't read as something to come.
    past: Fragment = NEVER
    excluded: Fragment = NEVER
    # Between pieces.
    inside: Fragment = NEVER  # of one time
    alternative: Fragment = NEVER  # two times, either of which would do
    after_alternative: Fragment = NEVER
    or_day: Fragment = NEVER  # "dec 3 or 4"
    lasting: Fragment = NEVER  # before a length of time


class Calendar(BaseModel):
    """The tables of what words mean, and the fragments."""

    model_config = ConfigDict(extra="forbid")

    weekdays: dict[str, int]  # Monday is 0
    months: dict[str, int]
    days: dict[str, int]  # days ahead
    parts: dict[str, tuple[int, int]]  # minutes of the day, from and to
    parts_after_day: dict[str, tuple[int, int]] = {}  # those that are other words elsewhere
    parts_glued: dict[str, tuple[int, int]] = {}  # those written in one with their day
    day_parts: dict[str, tuple[int, int, int]] = {}  # days ahead and minutes: "tonight"
    feasts: dict[str, tuple[int, int]] = {}  # month and day
    named_hours: dict[str, int] = {}
    hours: dict[str, float] = {}  # डेढ is one and a half
    minutes: dict[str, int] = {}
    before_hour: dict[str, int] = {}  # minutes that the words before an hour add to it
    after_hour: dict[str, int] = {}
    ordinals: dict[str, int] = {}
    counts: dict[str, float] = {}
    units: dict[str, str] = {}  # "day", or with its number "2 day"
    which: dict[str, Which] = {}  # before a weekday, a week, a month
    which_after: dict[str, Which] = {}
    which_span: dict[str, Which] = {}  # more that stand before a week or a month
    edges: dict[str, Edge] = {}  # before a week or a month
    edges_after: dict[str, Edge] = {}
    nth: dict[str, int] = {}  # of a month; the last is -1
    weekday_later: dict[str, int] = {}  # days that the words after it add
    week_later: dict[str, int] = {}
    weekend_later: dict[str, int] = {}
    fragments: Fragments = Fragments()
    month_first: bool = False  # "may 12"
    shy: list[str] = []  # also other words: read only beside other calendar words
    home: list[str] = []  # other words in other languages: read only in this one
