"""What was written to the CRM: `segue.crm`."""

from typing import Literal
from uuid import UUID

from segue_common.events import topics
from segue_common.events.envelope import EventData


class LeadSynced(EventData, type="segue.crm.synced.v1", topic=topics.CRM):
    """The CRM's copy of the lead is at `revision`."""

    adapter: str
    record_id: str
    contact_id: UUID
    revision: int
    stage: Literal["new", "qualified", "contacted", "meeting", "lost"]


class SyncFailed(EventData, type="segue.crm.sync_failed.v1", topic=topics.CRM):
    """The CRM refused or could not be reached after all tries."""

    adapter: str
    revision: int
    reason: str
