"""The person on the phone: how they pick up, and what they say to what they hear."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from segue_local.simulator.addresses import bare


@dataclass(frozen=True)
class Say:
    text: str
    do: Literal["say"] = "say"


@dataclass(frozen=True)
class Dtmf:
    digits: str
    do: Literal["dtmf"] = "dtmf"


@dataclass(frozen=True)
class Interrupt:
    """Speaks over the agent once so many characters of the utterance have been heard."""

    after_chars: int
    text: str
    do: Literal["interrupt"] = "interrupt"


@dataclass(frozen=True)
class HangUp:
    do: Literal["hang_up"] = "hang_up"


@dataclass(frozen=True)
class Silence:
    seconds: float
    do: Literal["silence"] = "silence"


Action = Say | Dtmf | Interrupt | HangUp | Silence


@dataclass(frozen=True)
class Answers:
    after: float = 0.05
    how: Literal["answers"] = "answers"


@dataclass(frozen=True)
class Busy:
    after: float = 0.05
    how: Literal["busy"] = "busy"


@dataclass(frozen=True)
class NoAnswer:
    """Rings until the caller's Timeout, or for `after` seconds if that is shorter."""

    after: float | None = None
    how: Literal["no_answer"] = "no_answer"


@dataclass(frozen=True)
class Machine:
    """An answering machine; it speaks its greeting and then records in silence."""

    greeting: str = "You have reached my voicemail. Leave a message after the tone."
    after: float = 0.05
    kind: Literal["machine", "fax", "unknown"] = "machine"
    how: Literal["machine"] = "machine"


@dataclass(frozen=True)
class Unreachable:
    """The call fails at the carrier, e.g. SIP 404 for a number out of service."""

    sip_code: int = 404
    after: float = 0.05
    how: Literal["unreachable"] = "unreachable"


@dataclass(frozen=True)
class WhenTold:
    """Rings until somebody answers or declines through the control API or the line."""

    how: Literal["when_told"] = "when_told"


PickUp = Answers | Busy | NoAnswer | Machine | Unreachable | WhenTold


@dataclass(frozen=True)
class Reaction:
    """When the agent's utterance matches the pattern `hears` (any case), do these in order."""

    hears: str
    does: tuple[Action | str, ...]
    once: bool = False


def on(hears: str, *does: Action | str, once: bool = False) -> Reaction:
    """`on("budget", "about 3000")`; a plain string is something to say."""
    return Reaction(hears, does, once)


class PhoneLine(Protocol):
    """The person's end of a live call."""

    async def say(self, text: str) -> None: ...
    async def dtmf(self, digits: str) -> None: ...
    async def hang_up(self) -> None: ...


OnHeard = Callable[[PhoneLine, str], Awaitable[None]]


@dataclass(frozen=True)
class PhonePerson:
    """A script for one number.

    `script` is tried in order on every finished utterance of the agent; `default` when none fits
    (nothing: silence). `on_heard`, if given, takes the script's place. `hello` is said on picking
    up. `chars_per_second` is how fast the agent's words are heard, None for at once.
    """

    script: Sequence[Reaction] = ()
    default: tuple[Action | str, ...] = ()
    pick_up: PickUp = field(default_factory=Answers)
    hello: str | None = None
    lang: str = "en-US"
    chars_per_second: float | None = None
    on_heard: OnHeard | None = None


class Attention:
    """A person during one call: which reactions are used up already."""

    def __init__(self, person: PhonePerson) -> None:
        self.person = person
        self._used: set[int] = set()

    def reacts_to(self, said: str) -> list[Action]:
        """What the person does after a finished utterance."""
        for index, reaction in enumerate(self.person.script):
            if not _speaks_over(reaction) and self._fits(index, reaction, said):
                self._used.add(index)
                return [_action(action) for action in reaction.does]
        return [_action(action) for action in self.person.default]

    def interrupts(self, heard_so_far: str) -> tuple[Interrupt, list[Action]] | None:
        """The interruption that is due at this point of an utterance, and what follows it."""
        for index, reaction in enumerate(self.person.script):
            first = reaction.does[0] if reaction.does else None
            if not isinstance(first, Interrupt) or len(heard_so_far) < first.after_chars:
                continue
            if self._fits(index, reaction, heard_so_far):
                self._used.add(index)
                return first, [_action(a) for a in reaction.does[1:]]
        return None

    def _fits(self, index: int, reaction: Reaction, said: str) -> bool:
        used_up = reaction.once and index in self._used
        return not used_up and re.search(reaction.hears, said, re.IGNORECASE) is not None


def _speaks_over(reaction: Reaction) -> bool:
    return bool(reaction.does) and isinstance(reaction.does[0], Interrupt)


def _action(action: Action | str) -> Action:
    return Say(action) if isinstance(action, str) else action


class PhoneBook:
    """Who answers which number; several people for one number answer successive calls."""

    def __init__(self, stranger: PhonePerson) -> None:
        self._people: dict[str, list[PhonePerson]] = {}
        self.stranger = stranger

    def put(self, number: str, *people: PhonePerson) -> None:
        self._people[bare(number)] = list(people)

    def take(self, number: str) -> PhonePerson:
        """The next person; the last one stays for all later calls."""
        people = self._people.get(bare(number))
        if not people:
            return self.stranger
        return people.pop(0) if len(people) > 1 else people[0]

    def clear(self) -> None:
        self._people.clear()
