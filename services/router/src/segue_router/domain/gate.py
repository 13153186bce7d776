"""The one gate that every word passes on its way out."""

from datetime import datetime, timedelta

from segue_common.events.outbound import RefusalReason
from segue_common.events.shared import Channel, Speaker

from segue_router.domain.conversation import Conversation, Step, Turn
from segue_router.domain.length import parts

# WhatsApp allows free text for this long after the person last wrote (error 63016 / 131047).
WHATSAPP_WINDOW = timedelta(hours=24)


def why_not(
    state: Conversation, text: str, channel: Channel, speaker: Speaker, now: datetime
) -> RefusalReason | None:
    """Why these words must not go out now, or None if they may."""
    if state.opted_out:
        return "opted_out"
    if state.owner == "person" and speaker == "agent":
        return "person_has_it"
    if not text.strip():
        return "empty"
    address = state.addresses.get(channel)
    if address is None:
        return "no_address"
    if channel == "whatsapp" and now - address.heard_at > WHATSAPP_WINDOW:
        return "window_closed"
    return None


def say(
    step: Step, text: str, channel: Channel, speaker: Speaker = "agent", turn: Turn | None = None
) -> Step:
    """Send the words, in parts where a carrier would refuse them whole, or record why they were
    held back."""
    reason = why_not(step.state, text, channel, speaker, step.now)
    if reason is None:
        for part in parts(text, channel):
            step = step.send(part, channel, speaker, turn)
        return step
    return step.refuse(text, channel, reason, turn.turn_id if turn else None)
