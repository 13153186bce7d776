"""What becomes of an accepted message, and the status callbacks that tell of it."""

import asyncio
from collections.abc import Iterator

from segue_local.simulator.addresses import bare, is_whatsapp
from segue_local.simulator.carrier import Carrier
from segue_local.simulator.records import MessageRecord, Moment

OUTSIDE_WINDOW = 63016


async def progress(carrier: Carrier, message: MessageRecord) -> None:
    """Takes a message through its statuses. The first status, queued, has no callback."""
    for status, code in list(fate(carrier, message)):
        await asyncio.sleep(carrier.timing.status_step)
        message.error_code = code
        message.becomes(status)
        carrier.messages.changed(message)
        if message.status_callback:
            await carrier.poster.post_form(
                message.status_callback,
                status_form(message),
                carrier.lines.token(message.account_sid),
            )


def fate(carrier: Carrier, message: MessageRecord) -> Iterator[tuple[str, int | None]]:
    """The statuses ahead, each with its error code.

    A freeform WhatsApp message outside the window is accepted by the API and fails afterwards.
    """
    if _outside_window(carrier, message):
        yield "failed", OUTSIDE_WINDOW
        return
    yield "sent", None
    if fault := carrier.faults.undeliverable(message.to):
        yield fault.status, fault.code
        return
    yield "delivered", None
    if is_whatsapp(message.to) and carrier.timing.read_receipts:
        yield "read", None


def _outside_window(carrier: Carrier, message: MessageRecord) -> bool:
    if not is_whatsapp(message.to) or message.content_sid or not message.from_:
        return False
    return not carrier.permissions.window_open(message.from_, message.to, Moment.now().wall)


def status_form(message: MessageRecord) -> list[tuple[str, str]]:
    form = [
        ("MessageSid", message.sid),
        ("SmsSid", message.sid),
        ("MessageStatus", message.status),
        ("SmsStatus", message.status),
        ("To", message.to),
        ("From", message.from_),
        ("AccountSid", message.account_sid),
        ("ApiVersion", "2010-04-01"),
    ]
    if message.messaging_service_sid:
        form.append(("MessagingServiceSid", message.messaging_service_sid))
    if message.error_code is not None:
        form.append(("ErrorCode", str(message.error_code)))
    if is_whatsapp(message.to):
        form.append(("ChannelPrefix", "whatsapp"))
        form.append(("ChannelToAddress", bare(message.to)))
        if message.status in {"delivered", "read"}:
            form.append(("EventType", message.status.upper()))
    return form
