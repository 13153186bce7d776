"""Words that matter to a booking agent alone: changes of a meeting, and choices among offers."""

import re
from dataclasses import dataclass
from enum import Enum, auto


class Cue(Enum):
    """Something that a message says about a meeting or about what was offered."""

    CANCEL = auto()
    UNABLE = auto()
    MOVE = auto()
    KEEP = auto()
    EARLIER = auto()
    LATER = auto()
    OTHER = auto()
    ANY = auto()
    PAST = auto()
    ROUGHLY = auto()
    SAME_TIME = auto()
    WHEN = auto()
    STANDING = auto()


# English, then Spanish. Whole words, tried on lower case with straight quotes.
_CUES: dict[Cue, str] = {
    Cue.CANCEL: r"cancel(?:l?ing|l?ed|lation)?|call (?:it|this|that|the \w+) off"
    r"|(?:don'?t|do not|no longer) (?:need|want) (?:the|my|that|this) "
    r"(?:appointment|meeting|booking|slot)"
    r"|cancel(?:ar|o|e|a|amos|en)|anular|anul[aeo]",
    Cue.UNABLE: r"(?:can'?t|cannot|can not|won'?t|unable to|not able to) (?:be able to )?"
    r"(?:make|come|attend|be there)|something (?:has )?c[ao]me up"
    r"|no (?:puedo|podré|voy a poder) (?:ir|acudir|asistir|llegar)",
    Cue.MOVE: r"re-?schedul\w*|re-?book\w*|postpon\w*|instead|bring (?:it|this|that|my \w+) forward"
    r"|(?:move|moving|change|changing|shift|switch|swap|push) (?:it|this|that|to|my|the|our)\b"
    r"|(?:an?other|different|new) (?:time|day|date|slot)"
    r"|cambi(?:ar|o|a|e|arla|arlo)|mover(?:la|lo)?|reprogram\w+|aplaz\w+|posponer"
    r"|otr[ao] (?:hora|día|fecha|momento)",
    Cue.KEEP: r"(?:keep|leave) (?:it|the|my|that|this)|don'?t cancel|do not cancel|as it is"
    r"|no (?:la |lo )?cancel\w+|déj[ae](?:la|lo)",
    Cue.EARLIER: r"earlier|sooner|más (?:temprano|pronto)|antes",
    Cue.LATER: r"later|más tarde|después",
    Cue.OTHER: r"(?:an)?other (?:times?|options?|days?|slots?)|(?:any|some)thing else"
    r"|what else|more (?:times|options|slots)|none of (?:these|those|them)|neither"
    r"|not (?:these|those)"
    r"|otras (?:horas|opciones)|ninguna|ninguno",
    Cue.ANY: r"any(?: of (?:them|these|those))?(?: (?:one|time))?(?: is| are|'s)? "
    r"(?:fine|good|ok(?:ay)?|works?|will do)|either(?: one)?(?: is| works| of)?|whichever|you "
    r"(?:choose|pick|decide)|don'?t mind|doesn'?t matter|any of (?:them|these|those)"
    r"|cualquiera|la que sea|me da igual",
    Cue.PAST: r"(?:yesterday|last (?:night|week|(?:mon|tue|wed|thu|fri|sat|sun)\w*)"
    r"|(?:day|days|week|weeks) ago|ayer)(?: (?:morning|afternoon|evening))? (?:at|a las?) \d\w*",
    Cue.ROUGHLY: r"around|(?<!how )(?<!what )about|roughly|approximately|approx|\d\s?ish|or so"
    r"|sobre las|a eso de",
    Cue.SAME_TIME: r"(?:the )?same (?:time|hour)|misma hora",
    # Who wants to move "my appointment" takes it for made.
    Cue.STANDING: r"re-?schedul\w*|postpon\w*"
    r"|(?:move|moving|change|changing|shift|switch|swap|push|bring)(?: back| forward| up)?"
    r" (?:my|our|the) (?:\w+ ){0,2}(?:appointment|appt|booking|meeting|visit|session|reservation)"
    r"|reprogram\w+|aplaz\w+|(?:cambiar|mover|posponer) (?:la|mi|el) (?:cita|visita|reserva|turno)",
    Cue.WHEN: r"when(?:'s| is| was)? (?:my|our|the)|what time is (?:my|our|the)|remind me when"
    r"|cuándo (?:es|tengo)|a qué hora (?:es|tengo)",
}
_PATTERNS = {cue: re.compile(rf"(?<!\w)(?:{words})(?!\w)") for cue, words in _CUES.items()}

_NUMBERS = {
    1: r"first|1st|primer[ao]?|number one|option (?:1|one|a)|#1",
    2: r"second|2nd|segund[ao]|number two|option (?:2|two|b)|#2|middle",
    3: r"third|3rd|tercer[ao]?|number three|option (?:3|three|c)|#3",
    -1: r"last|latest|final|later(?= one)|últim[ao]",
}
_EARLIER_ONE = r"earliest|earlier(?= one)|soonest"
# "The second of June", "the first time" and "first thing tomorrow" are no choices.
_NOT_CHOICE = (
    r"(?! (?:of (?!these|those|them)|week|half|thing|time|part|month|quarter|monday|tuesday"
    r"|wednesday|thursday|friday|saturday|sunday)|\s*,?\s*\d)"
)
_ARTICLE, _NOUN = r"(?:the|la|el)\s+", r"\s+(?:one|slot|option)(?!\w)"
# Without an article or a noun, only a short answer is a choice: "first" often means "before that".
_SHORT = r"^\W*(?:ok(?:ay)?\W+|yes\W+|sí\W+)?"
_ORDINALS = {
    number: re.compile(
        rf"(?<!\w)(?:{_ARTICLE}(?:{words})(?!\w){_NOT_CHOICE}(?:{_NOUN})?|(?:{words}){_NOUN})"
        rf"|{_SHORT}(?:{words})(?!\w){_NOT_CHOICE}(?=(?:\W+\w+){{0,2}}\W*$)"
    )
    for number, words in ((1, f"{_NUMBERS[1]}|{_EARLIER_ONE}"), *list(_NUMBERS.items())[1:])
}
# "The 3pm one" names three o'clock; the one isn't another hour.
_ONE = re.compile(r"(?<!\w)((?:the|that|this) [\w:' ]+?) ones?(?!\w)")
# "I can't do any of those" wants none of them.
_NONE = re.compile(r"(?<!\w)(?:can'?t|cannot|don'?t (?!mind)|won'?t|not|no)(?!\w)")
_STRAIGHT = str.maketrans({"’": "'", "‘": "'"})


@dataclass(frozen=True, slots=True)
class Cues:
    """What the words say; `ordinal` counts from 1, -1 is the last; `rest` is left to be read."""

    found: frozenset[Cue]
    ordinal: int | None
    rest: str


def read_cues(text: str, *, offered: bool) -> Cues:
    """The cues of a message; ordinals mean something only where slots were offered."""
    plain = text.translate(_STRAIGHT).lower()
    found = frozenset(cue for cue, pattern in _PATTERNS.items() if pattern.search(plain))
    if Cue.ANY in found and _NONE.search(plain):
        found = found - {Cue.ANY} | {Cue.OTHER}
    if not offered:
        return Cues(found, None, text)
    ordinals = {n: match for n, pattern in _ORDINALS.items() if (match := pattern.search(plain))}
    number = next(iter(ordinals)) if len(ordinals) == 1 else None
    # Lower-casing may change the length of a text; then nothing is cut out of it.
    if number is not None and len(plain) == len(text):
        start, end = ordinals[number].span()
        text = text[:start] + " " + text[end:]
    return Cues(found, number, _ONE.sub(r"\1", text))
