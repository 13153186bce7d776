"""What people saw for themselves: which of their messages were acknowledged, and what they got."""

from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from segue_common.events import root_id

from segue_local.soak.plan import Person

TWILIO = "twilio"


@dataclass(frozen=True)
class Said:
    """One message that somebody sent, and the last HTTP status that it got; 0 means none."""

    person: Person
    message_id: UUID
    text: str
    status: int

    @property
    def acknowledged(self) -> bool:
        return 200 <= self.status < 300


@dataclass
class Witness:
    """Filled by the people while they play; `said` is in each person's own order."""

    said: list[Said] = field(default_factory=list)
    # By visitor's number: what their sockets were sent, as (number, role, text).
    shown: defaultdict[str, list[tuple[int, str, str]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def wrote(self, person: Person, sid: str, text: str, status: int) -> None:
        message_id = root_id(person.tenant, TWILIO, sid)
        self.said.append(Said(person, message_id, text, status))

    def chatted(self, person: Person, message_id: UUID, text: str) -> None:
        """The widget's ack is as good as a 2xx."""
        self.said.append(Said(person, message_id, text, 200))
