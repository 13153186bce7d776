"""Other services' news, kept as far as the gate and the voice agent need it."""

from datetime import timedelta

from segue_common.events import (
    BookingRefused,
    ConsentChanged,
    Contact,
    LanguageChanged,
    LeadQualified,
    LeadUpdated,
    Meeting,
    MeetingBooked,
    MeetingCancelled,
    MeetingMoved,
    OptOutChanged,
    OwnershipChanged,
    SlotsOffered,
)

from segue_voice_bridge.domain.desk_state import Qualification
from segue_voice_bridge.domain.draft import Draft
from segue_voice_bridge.domain.happenings import LookAgain, NumberSilenced
from segue_voice_bridge.domain.numbers import e164

# A timer's clock and this process' may differ by so much.
CLOCK_SKEW = timedelta(seconds=1)


def qualified(draft: Draft, data: LeadQualified) -> None:
    """A new qualification takes the place of an older one, and has all its attempts."""
    qualification = Qualification(
        id=data.qualification_id,
        epoch=data.epoch,
        consent=data.consent_to_call,
        language=data.language,
        topic=data.topic,
        facts=data.facts,
        wished_at=draft.at,
    )
    known = draft.desk.qualification
    if known is None or known.id != qualification.id:
        contact = _merged(draft, data.contact)
        draft.update(qualification=qualification, contact=contact, silenced=None)


def lead_updated(draft: Draft, data: LeadUpdated) -> None:
    draft.update(contact=_merged(draft, data.contact))
    draft.update_qualification(facts=data.facts)


def ownership(draft: Draft, data: OwnershipChanged) -> None:
    if data.epoch >= draft.desk.owner_epoch:
        draft.update(owner=data.owner, owner_epoch=data.epoch)
    _saw_epoch(draft, data.epoch)


def opt_out(draft: Draft, data: OptOutChanged) -> None:
    if data.epoch >= draft.desk.opt_epoch:
        draft.update(opted_out=data.opted_out, opt_epoch=data.epoch, silenced=None)
    _saw_epoch(draft, data.epoch)


def silenced(draft: Draft, data: NumberSilenced) -> None:
    """Somebody has stopped the number elsewhere, while this conversation rings it."""
    call = draft.desk.call
    if call is not None and e164(call.phone) == data.phone:
        draft.update(silenced=call.phone)


def language(draft: Draft, data: LanguageChanged) -> None:
    draft.update(changed_language=data.language)


def consent(draft: Draft, data: ConsentChanged) -> None:
    if data.epoch >= draft.desk.consent_epoch:
        phone = data.phone if data.state == "granted" else None
        draft.update(
            consent=data.state,
            consent_epoch=data.epoch,
            consent_phone=phone or draft.desk.consent_phone,
            silenced=None,
        )
        if data.state == "granted":
            _wished(draft)
    _saw_epoch(draft, data.epoch)


def calendar_answer(draft: Draft, data: SlotsOffered | BookingRefused) -> None:
    """Kept for the agent where it asked; offers made in the chat are none of its business."""
    call = draft.desk.call
    if call is None or data.request_id not in call.requests:
        return
    if isinstance(data, SlotsOffered):
        draft.update_call(call, offer=data)
    else:
        draft.update_call(call, refusal=data)


def meeting(draft: Draft, data: MeetingBooked | MeetingMoved) -> None:
    draft.update(meeting=Meeting(booking_id=data.booking_id, slot=data.slot))
    call = draft.desk.call
    if call is not None and data.request_id is not None and data.request_id in call.requests:
        draft.update_call(call, booked_request=data.request_id)


def meeting_cancelled(draft: Draft, data: MeetingCancelled) -> None:
    held = draft.desk.meeting
    if held is not None and held.booking_id == data.booking_id:
        draft.update(meeting=None)


def look_again(draft: Draft, data: LookAgain) -> None:
    """What was waited for has come: the lead may be rung again."""
    lead = draft.desk.qualification
    if lead is None or lead.id != data.qualification_id:
        return
    # A timer that rings late arose when it was due.
    draft.at = min(draft.at, lead.wished_at or draft.at)
    if lead.not_before is not None and lead.not_before <= draft.now + CLOCK_SKEW:
        draft.update_qualification(not_before=None)


def _wished(draft: Draft) -> None:
    lead = draft.desk.qualification
    if lead is not None:
        draft.update_qualification(wished_at=max(lead.wished_at or draft.at, draft.at))


def _saw_epoch(draft: Draft, epoch: int) -> None:
    draft.update(epoch=max(draft.desk.epoch, epoch))


def _merged(draft: Draft, new: Contact) -> Contact:
    """The newest word on each field; what isn't named stays as it was."""
    old = draft.desk.contact
    if old is None:
        return new
    return old.model_copy(update=new.model_dump(exclude_none=True))
