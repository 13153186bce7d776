"""The leads of the demo: what they write and say to what they are asked, in any order."""

import re
from dataclasses import dataclass, field

from segue_local.simulator.control_models import PersonRequest

NEVER_MIND = "Could you tell me the next step?"


@dataclass(frozen=True)
class Line:
    """Said when the business's words match `hears` (any case)."""

    hears: str
    says: str
    times: int = 1


@dataclass
class Writer:
    """A lead in the chat: opens, then answers whatever it is asked."""

    name: str
    number: str
    opening: str
    lines: tuple[Line, ...]
    phone: PersonRequest | None = None
    # Nothing to answer: the lead waits for what was announced.
    waits_at: str | None = None
    _used: dict[Line, int] = field(default_factory=dict)

    def answer(self, heard: str) -> str | None:
        """What to write next; None when there is nothing to answer."""
        if self.waits_at and re.search(self.waits_at, heard, re.IGNORECASE):
            return None
        for line in self.lines:
            if self._used.get(line, 0) < line.times and re.search(line.hears, heard, re.IGNORECASE):
                self._used[line] = self._used.get(line, 0) + 1
                return line.says
        return None


def _reaction(hears: str, says: str) -> dict[str, object]:
    return {"hears": hears, "does": [says]}


def booker(number: str) -> Writer:
    """Rosa: qualifies in the chat and books there."""
    return Writer(
        name="Rosa Delgado",
        number=number,
        opening="Hi! I saw your ad, I'm looking into clear aligners for my daughter",
        lines=(
            Line(r"help you with|looking for", "clear aligners for my daughter, she's 15"),
            Line(r"budget|spend|afford", "we were hoping to stay around 3k, insurance covers part"),
            Line(r"decide|decision|anyone else|who else", "It's up to me, I'm her mom"),
            Line(
                r"when|how soon|timeline|start", "ideally before Christmas break, so within 3 weeks"
            ),
            Line(
                r"which.*(suit|works|of these)|works best|would you like",
                "the second one is perfect",
                2,
            ),
            Line(
                r"(call|ring).*(or|rather)|pick a time|book",
                "I'd rather book a time here, what have you got on Tuesday afternoon?",
            ),
            Line(r"what time|which day|when would", "Tuesday afternoon would be good"),
        ),
    )


def caller(number: str) -> Writer:
    """Marcus: says it all in two messages, wants to be rung, and books on the call."""
    return Writer(
        name="Marcus Webb",
        number=number,
        opening=(
            "hey, cracked a crown and need it replaced asap. money isn't a big issue, "
            "say up to $1,800, and nobody else to ask, my call"
        ),
        lines=(
            Line(
                r"call|ring|phone|pick a time|next step",
                "yeah just give me a call now please", 2,
            ),
            Line(r"when|how soon", "this week if you can"),
            Line(r"budget|spend", "up to 1800 dollars"),
            Line(r"decide|decision", "just me"),
            Line(r"help|need|looking", "a replacement crown"),
        ),
        waits_at=r"call you on|calling you|couldn't reach",
        phone=PersonRequest.model_validate(
            {
                "number": number,
                "script": [
                    _reaction(r"booked|see you|goodbye", "Great, thank you, bye"),
                    _reaction(r"good time|talk now", "Sure, go ahead"),
                    _reaction(r"which|suits|how about|works", "The first one works for me"),
                ],
            }
        ),
    )  # fmt: skip
