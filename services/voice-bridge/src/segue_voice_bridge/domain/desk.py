"""The desk's one function: what a conversation's news means for its call."""

from datetime import datetime

from segue_common.decisions import Decision
from segue_common.events import (
    BookingRefused,
    ConsentChanged,
    Event,
    EventData,
    LanguageChanged,
    LeadQualified,
    LeadUpdated,
    MeetingBooked,
    MeetingCancelled,
    MeetingMoved,
    OptOutChanged,
    OwnershipChanged,
    SlotsOffered,
)
from segue_common.tenants import Tenant

from segue_voice_bridge.domain import mirror, progress
from segue_voice_bridge.domain.considering import consider, stop_if_leave_ended
from segue_voice_bridge.domain.desk_state import Desk
from segue_voice_bridge.domain.draft import Draft
from segue_voice_bridge.domain.happenings import (
    AnswererKnown,
    CalledIn,
    CallProgressed,
    LookAgain,
    NotRung,
    NumberSilenced,
    Rang,
    RelayClosed,
    RingFailed,
    TurnTaken,
)


def decide(desk: Desk, event: Event[EventData], tenant: Tenant, now: datetime) -> Decision[Desk]:
    """Take one event, stop the call in hand if its leave has ended, and ring if one may."""
    draft = Draft(desk, event.subject, tenant, now, at=min(event.time, now))
    _take(draft, event.data)
    stop_if_leave_ended(draft)
    consider(draft)
    return draft.done()


def _take(draft: Draft, data: EventData) -> None:
    match data:
        case LeadQualified():
            mirror.qualified(draft, data)
        case LeadUpdated():
            mirror.lead_updated(draft, data)
        case OwnershipChanged():
            mirror.ownership(draft, data)
        case OptOutChanged():
            mirror.opt_out(draft, data)
        case ConsentChanged():
            mirror.consent(draft, data)
        case NumberSilenced():
            mirror.silenced(draft, data)
        case LanguageChanged():
            mirror.language(draft, data)
        case SlotsOffered() | BookingRefused():
            mirror.calendar_answer(draft, data)
        case MeetingBooked() | MeetingMoved():
            mirror.meeting(draft, data)
        case MeetingCancelled():
            mirror.meeting_cancelled(draft, data)
        case LookAgain():
            mirror.look_again(draft, data)
        case Rang():
            progress.rang(draft, data)
        case NotRung():
            progress.not_rung(draft, data)
        case RingFailed():
            progress.ring_failed(draft, data)
        case CalledIn():
            progress.called_in(draft, data)
        case CallProgressed():
            progress.progressed(draft, data)
        case AnswererKnown():
            progress.answerer_known(draft, data)
        case RelayClosed():
            progress.relay_closed(draft, data)
        case TurnTaken():
            progress.turn_taken(draft, data)
