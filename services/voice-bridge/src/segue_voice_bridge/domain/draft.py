"""A decision in the making."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from segue_common.decisions import Decision, NewJob
from segue_common.events import EventData
from segue_common.tenants import Tenant

from segue_voice_bridge.domain.desk_state import Call, Desk


@dataclass
class Draft:
    """The desk as it changes under one event, with what follows so far."""

    desk: Desk
    conversation: UUID
    tenant: Tenant
    now: datetime
    # When the news arose: what the speed to lead is counted from.
    at: datetime
    events: list[EventData] = field(default_factory=list)
    jobs: list[NewJob] = field(default_factory=list)
    cancelled: list[tuple[str, str]] = field(default_factory=list)

    def update(self, **changes: object) -> None:
        self.desk = self.desk.model_copy(update=changes)

    def update_call(self, call: Call, **changes: object) -> Call:
        changed = call.model_copy(update=changes)
        self.update(call=changed)
        return changed

    def update_qualification(self, **changes: object) -> None:
        if self.desk.qualification is not None:
            self.update(qualification=self.desk.qualification.model_copy(update=changes))

    def done(self) -> Decision[Desk]:
        return Decision(self.desk, tuple(self.events), tuple(self.jobs), tuple(self.cancelled))
