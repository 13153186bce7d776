"""SMS and WhatsApp through Twilio's Messages API, with Twilio's own client."""

import json
from datetime import datetime, timedelta
from typing import Any

from segue_common.tenants import TwilioChannel
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from segue_ingest.adapters.carrier import NoAnswer, Refused, TryLater, retry_after
from segue_ingest.adapters.http_client import make_session, told_apart
from segue_ingest.domain.addresses import WHATSAPP
from segue_ingest.domain.delivery import Outgoing
from segue_ingest.domain.twilio_forms import PROVIDER

# Too many requests, and the same on one WhatsApp sender.
BUSY_CODES = {20429, 63018, 14107}
NOTHING_DONE = {429, 503}
# The list shows newest first; what we ask about is minutes old at most.
PAGE = 50


class _Http(AsyncTwilioHttpClient):  # type: ignore[misc]  # untyped base
    """The library's client with our timeouts, and with errors that keep the carrier's headers."""

    def __init__(self) -> None:
        super().__init__(pool_connections=False)
        self.session = make_session()

    async def request(self, *args: Any, **kwargs: Any) -> Response:
        async with told_apart():
            response = await super().request(*args, **kwargs)
        if response.status_code >= 400:
            raise _error(response)
        return response


class TwilioMessages:
    """One tenant's account; `status_callback` is where Twilio reports deliveries to."""

    provider = PROVIDER
    settles = timedelta(seconds=2)

    def __init__(self, channel: TwilioChannel, base: str | None, status_callback: str) -> None:
        self._channel = channel
        self._status_callback = status_callback
        self._http = _Http()
        self._client = Client(
            channel.account_sid,
            channel.auth_token.get_secret_value(),
            http_client=self._http,
        )
        if base:
            self._client.api.base_url = base.rstrip("/")
        self.account = channel.account_sid

    async def close(self) -> None:
        await self._http.close()

    def sender(self, message: Outgoing) -> str:
        """The business's own address on the message's channel; raises `Refused` without one."""
        ours = (
            self._channel.whatsapp_from if message.channel == "whatsapp" else self._channel.sms_from
        )
        if ours is None:
            raise Refused("no_sender")
        return ours

    async def send(self, message: Outgoing) -> str:
        created = await self._client.messages.create_async(
            to=_recipient(message),
            from_=self.sender(message),
            body=message.text,
            status_callback=self._status_callback,
        )
        if not created.sid:
            raise NoAnswer("an answer without a sid")
        return str(created.sid)

    async def find(self, message: Outgoing, since: datetime) -> list[str]:
        """Asks by both numbers, and compares times here: the API's own filter is by the time of
        sending, which a message still in its queue doesn't have."""
        listed = await self._client.messages.list_async(
            to=_recipient(message), from_=self.sender(message), limit=PAGE
        )
        return [
            str(found.sid)
            for found in reversed(listed)
            if found.body == message.text
            and found.direction != "inbound"
            and found.date_created is not None
            and found.date_created >= since
        ]


def _recipient(message: Outgoing) -> str:
    if message.channel == "whatsapp" and not message.address.startswith(WHATSAPP):
        return WHATSAPP + message.address
    return message.address


def _error(response: Response) -> Exception:
    """What an error response means; see https://www.twilio.com/docs/api/errors."""
    status, code = int(response.status_code), _code(response.text)
    if status in NOTHING_DONE or code in BUSY_CODES:
        asked = retry_after((response.headers or {}).get("Retry-After"))
        return TryLater(str(code or status), asked=asked, ailing=status == 503)
    if status >= 500 or status == 408:
        return NoAnswer(str(code or status))
    return Refused(str(code or status))


def _code(text: str) -> int | None:
    try:
        body = json.loads(text)
    except ValueError:
        return None
    code = body.get("code") if isinstance(body, dict) else None
    return code if isinstance(code, int) else None
