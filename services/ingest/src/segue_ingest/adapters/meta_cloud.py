"""WhatsApp through Meta's Cloud API.

https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages
"""

from datetime import datetime, timedelta

import aiohttp
from pydantic import BaseModel, ValidationError
from segue_common.runtime.database import Pool
from segue_common.tenants.models import MetaChannel

from segue_ingest.adapters.carrier import NoAnswer, Refused, TryLater, retry_after
from segue_ingest.adapters.http_client import make_session, told_apart
from segue_ingest.domain.addresses import WHATSAPP, is_whatsapp_user
from segue_ingest.domain.delivery import Outgoing
from segue_ingest.domain.meta_payloads import PROVIDER, recipient_key
from segue_ingest.store import early_reports

VERSION = "v23.0"
# Throughput of the app, the account, the number and the pair of numbers.
BUSY_CODES = {4, 80007, 130429, 131048, 131056}
AILING_CODES = {1, 2, 131000, 131016, 133004}


class _Sent(BaseModel):
    id: str


class _Answer(BaseModel):
    messages: list[_Sent]


class _Error(BaseModel):
    code: int


class _Failure(BaseModel):
    error: _Error


class MetaCloud:
    """One tenant's number."""

    provider = PROVIDER
    settles = timedelta(seconds=10)

    def __init__(self, tenant: str, channel: MetaChannel, base: str, pool: Pool) -> None:
        self._tenant = tenant
        self._pool = pool
        self._url = f"{base.rstrip('/')}/{VERSION}/{channel.phone_number_id}/messages"
        self._token = channel.access_token
        self._session = make_session()
        self.account = f"meta-{channel.phone_number_id}"

    async def close(self) -> None:
        await self._session.close()

    async def send(self, message: Outgoing) -> str:
        address = message.address.removeprefix(WHATSAPP)
        to = {"recipient" if is_whatsapp_user(address) else "to": address}
        body = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            **to,
            "type": "text",
            "text": {"body": message.text},
            # Statuses hand it back, so that they tell of our message even when we never saw
            # the answer to this request.
            "biz_opaque_callback_data": str(message.message_id),
        }
        headers = {"Authorization": f"Bearer {self._token.get_secret_value()}"}
        async with (
            told_apart(),
            self._session.post(self._url, json=body, headers=headers) as response,
        ):
            return _read(response, await response.text())

    async def find(self, message: Outgoing, since: datetime) -> list[str]:
        """The API has no list of messages. What it has accepted makes it post a status within
        seconds, so a status on an unknown message to this person is the answer."""
        recipient = recipient_key(message.address.removeprefix(WHATSAPP))
        return await early_reports.to_recipient(
            self._pool, self._tenant, PROVIDER, recipient, since
        )


def _read(response: aiohttp.ClientResponse, text: str) -> str:
    """The message's ID, or the error that the answer means."""
    if response.status < 400:
        try:
            return _Answer.model_validate_json(text).messages[0].id
        except (ValidationError, IndexError) as error:
            raise NoAnswer("an answer without an ID") from error
    try:
        code = _Failure.model_validate_json(text).error.code
    except ValidationError:
        code = response.status
    if response.status in (429, 503) or code in BUSY_CODES:
        asked = retry_after(response.headers.get("Retry-After"))
        raise TryLater(str(code), asked=asked, ailing=response.status == 503)
    if response.status >= 500 or code in AILING_CODES:
        raise NoAnswer(str(code))
    raise Refused(str(code))
