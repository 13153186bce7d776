"""The webhooks of the WhatsApp Cloud API, and a lead who writes through it."""

import asyncio
import json
import secrets
import time
from collections.abc import Mapping
from urllib.parse import urlencode

from pydantic import JsonValue

from segue_local.simulator.addresses import bare
from segue_local.simulator.carrier import Carrier
from segue_local.simulator.lines import MetaNumber
from segue_local.simulator.listener import Listener
from segue_local.simulator.records import MessageRecord, Moment
from segue_local.simulator.sids import new_wamid
from segue_local.simulator.signing import META_HEADER, sign_meta
from segue_local.simulator.webhooks import Answer

OUTSIDE_WINDOW = 131047

Json = dict[str, object]


class MetaWebhooks:
    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier

    async def handshake(self, tenant: str) -> bool:
        """Subscribes as Meta does: the system must echo the challenge."""
        number = self._number(tenant)
        challenge = secrets.token_hex(8)
        query = urlencode(
            {
                "hub.mode": "subscribe",
                "hub.verify_token": number.verify_token,
                "hub.challenge": challenge,
            }
        )
        answer = await self._carrier.poster.get(f"{self._url(tenant)}?{query}")
        return answer.ok and answer.body == challenge

    async def post(self, tenant: str, value: Json) -> Answer:
        """Posts one change; `value` lacks only the product and the metadata."""
        number = self._number(tenant)
        metadata = {
            "display_phone_number": number.display_phone_number,
            "phone_number_id": number.phone_number_id,
        }
        full = {"messaging_product": "whatsapp", "metadata": metadata, **value}
        entry = {"id": "0", "changes": [{"field": "messages", "value": full}]}
        body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
        headers = {
            META_HEADER: sign_meta(number.app_secret, body),
            "Content-Type": "application/json",
        }
        return await self._carrier.poster.post_bytes(self._url(tenant), body, headers)

    async def progress(self, message: MessageRecord, tenant: str, number: MetaNumber) -> None:
        """Takes an accepted message through its statuses, each told by a webhook."""
        for status, code in self._fate(message):
            await asyncio.sleep(self._carrier.timing.status_step)
            message.error_code = code
            message.becomes(status)
            self._carrier.messages.changed(message)
            await self.post(tenant, {"statuses": [_status(message)]})

    def _fate(self, message: MessageRecord) -> list[tuple[str, int | None]]:
        now = Moment.now().wall
        window = self._carrier.permissions.window_open(message.from_, message.to, now)
        if not window and message.content_sid is None:
            return [("failed", OUTSIDE_WINDOW)]
        if fault := self._carrier.faults.undeliverable(message.to):
            return [("sent", None), ("failed", fault.code)]
        read = [("read", None)] if self._carrier.timing.read_receipts else []
        return [("sent", None), ("delivered", None), *read]

    def _number(self, tenant: str) -> MetaNumber:
        number = self._carrier.lines.of(tenant).meta
        if number is None:
            raise LookupError(f"tenant {tenant} has no WhatsApp Cloud API number")
        return number

    def _url(self, tenant: str) -> str:
        return self._carrier.ingress.public(f"/v1/{tenant}/meta/webhook")


def _status(message: MessageRecord) -> Json:
    status: Json = {
        "id": message.sid,
        "status": message.status,
        "timestamp": str(int(time.time())),
        "recipient_id": message.to.lstrip("+"),
    }
    if message.error_code is not None:
        status["errors"] = [{"code": message.error_code, "title": "Message undeliverable"}]
    return status


class MetaLead(Listener):
    """A WhatsApp lead who reaches the system through Meta itself.

    With `user_id` and no number, the lead is known by the business-scoped ID alone.
    """

    def __init__(
        self,
        carrier: Carrier,
        webhooks: MetaWebhooks,
        tenant: str,
        number: str,
        name: str = "",
        user_id: str | None = None,
    ) -> None:
        super().__init__(carrier.messages, bare(number) if number else user_id or "")
        self._carrier = carrier
        self._webhooks = webhooks
        self._tenant = tenant
        self.number = bare(number)
        self.name = name
        self.user_id = user_id

    async def say(
        self, *texts: str, wamid: str | None = None, fields: Mapping[str, JsonValue] | None = None
    ) -> int:
        """Sends messages in one webhook body and returns the system's last HTTP status; `fields`
        make them of another kind (`{"type": "audio", "audio": {...}}`)."""
        line = self._carrier.lines.of(self._tenant)
        business = bare(line.meta.display_phone_number) if line.meta else line.number
        kind = fields or {}
        messages = [{**self._message(text, wamid or new_wamid()), **kind} for text in texts]
        for text, message in zip(texts, messages, strict=True):
            self._carrier.permissions.heard(business, self.address, "", Moment.now().wall)
            self._carrier.messages.add(self._record(str(message["id"]), text, business))
        value: Json = {"contacts": [self._contact()], "messages": messages}
        return (await self._webhooks.post(self._tenant, value)).status

    def _message(self, text: str, wamid: str) -> Json:
        message: Json = {
            "id": wamid,
            "timestamp": str(int(time.time())),
            "type": "text",
            "text": {"body": text},
        }
        if self.number:
            message["from"] = self.number.lstrip("+")
        if self.user_id:
            message["from_user_id"] = self.user_id
        return message

    def _contact(self) -> Json:
        contact: Json = {"profile": {"name": self.name}}
        if self.number:
            contact["wa_id"] = self.number.lstrip("+")
        if self.user_id:
            contact["user_id"] = self.user_id
        return contact

    def _record(self, wamid: str, text: str, business: str) -> MessageRecord:
        return MessageRecord(
            sid=wamid,
            account_sid=business,
            to=business,
            from_=self.address,
            body=text,
            direction="inbound",
            status="received",
            provider="meta",
        )
