"""Words that are too long for a channel, in parts that aren't."""

import re
from collections.abc import Iterator

from segue_common.events.shared import Channel

# Twilio refuses a longer body on either channel (error 21617); Meta itself would take 4096.
LONGEST: dict[Channel, int] = {"sms": 1600, "whatsapp": 1600}
_SENTENCE_END = re.compile(r"(?:[.!?…][\"'”’)]*(?=\s)|[。！？।؟])|(?=\n)")
_SPACE = re.compile(r"(?=\s)")


def parts(text: str, channel: Channel) -> Iterator[str]:
    """The text in order, cut at ends of sentences, else between words, else anywhere."""
    longest, text = LONGEST.get(channel), text.strip()
    while longest is not None and units(text) > longest:
        room = _first(text, longest)
        at = _last(_SENTENCE_END, room) or _last(_SPACE, room) or len(room)
        yield text[:at].rstrip()
        text = text[at:].lstrip()
    if text:
        yield text


def units(text: str) -> int:
    """The length as carriers count it: an emoji counts as two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _first(text: str, longest: int) -> str:
    """As much of the text as there is room for, no sign halved."""
    taken = text.encode("utf-16-le", "surrogatepass")[: longest * 2]
    return taken.decode("utf-16-le", "ignore")


def _last(ends: re.Pattern[str], room: str) -> int:
    """Where the last of these ends is, 0 without one."""
    return max((found.end() for found in ends.finditer(room)), default=0)
