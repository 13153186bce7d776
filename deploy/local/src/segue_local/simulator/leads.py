"""A lead who writes by SMS or WhatsApp through Twilio."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from segue_local.simulator.addresses import WHATSAPP, bare
from segue_local.simulator.carrier import Carrier
from segue_local.simulator.listener import Listener
from segue_local.simulator.records import MessageRecord, Moment
from segue_local.simulator.sids import new_sid
from segue_local.simulator.twiml import BadTwiml, replies_of
from segue_local.simulator.webhooks import ONCE, Answer, RetryPolicy

BAD_TWIML = 12100
HTTP_RETRIEVAL_FAILURE = 11200

Channel = Literal["sms", "whatsapp"]


class ChatLead(Listener):
    """`say` posts the signed webhook as Twilio does; `hears` waits for what comes back.

    A WhatsApp lead who hides the number has a business-scoped `user_id` ("US.1234") instead.
    """

    def __init__(
        self,
        carrier: Carrier,
        tenant: str,
        channel: Channel,
        number: str,
        name: str = "",
        user_id: str | None = None,
    ) -> None:
        line = carrier.lines.of(tenant)
        prefix = WHATSAPP if channel == "whatsapp" else ""
        super().__init__(carrier.messages, prefix + (bare(number) if number else user_id or ""))
        self._carrier = carrier
        self._account = line.account_sid
        self._business = prefix + line.number
        self._url = carrier.ingress.public(f"/v1/{tenant}/twilio/messages")
        self.channel = channel
        self.number = bare(number)
        self.name = name
        self.user_id = user_id

    async def say(
        self,
        text: str,
        sid: str | None = None,
        retry: bool = True,
        fields: Mapping[str, str] | None = None,
    ) -> int:
        """Sends a message and returns the system's last HTTP status (0: no answer at all).

        A retry, and a call with the same `sid`, carries the same MessageSid. `fields` are added to
        the form, as with a picture or a voice note.
        """
        record = self._record(text, sid)
        answer = await self._post(record, ONCE if not retry else None, fields or {})
        return answer.status

    async def burst(self, texts: Sequence[str], shuffled_by: int | None = None) -> list[int]:
        """Sends several messages at once; with a seed they leave in a shuffled order."""
        records = [self._record(text) for text in texts]
        if shuffled_by is not None:
            random.Random(shuffled_by).shuffle(records)
        answers = await asyncio.gather(*(self._post(record) for record in records))
        return [answer.status for answer in answers]

    def _record(self, text: str, sid: str | None = None) -> MessageRecord:
        known = self._carrier.messages.get(sid) if sid else None
        if known is not None:
            return known
        record = MessageRecord(
            sid=sid or new_sid("SM"),
            account_sid=self._account,
            to=self._business,
            from_=self.address,
            body=text,
            direction="inbound",
            status="received",
        )
        self._carrier.messages.add(record)
        return record

    async def _post(
        self,
        record: MessageRecord,
        retry: RetryPolicy | None = None,
        fields: Mapping[str, str] = MappingProxyType({}),
    ) -> Answer:
        opt_out = self._carrier.permissions.heard(
            self._business, self.address, record.body, Moment.now().wall
        )
        form = [field for field in self._form(record) if field[0] not in fields]
        form += fields.items()
        if opt_out:
            form.append(("OptOutType", opt_out))
        token = self._carrier.lines.token(self._account)
        answer = await self._carrier.poster.post_form(self._url, form, token, retry=retry)
        if answer.ok:
            self._take_replies(record, answer.body)
        else:
            self._carrier.problem(HTTP_RETRIEVAL_FAILURE, f"HTTP {answer.status}", record.sid)
        return answer

    def _form(self, record: MessageRecord) -> list[tuple[str, str]]:
        form = [
            ("ToCountry", "US"),
            ("ToState", ""),
            ("ToCity", ""),
            ("ToZip", ""),
            ("FromCountry", "US"),
            ("FromState", ""),
            ("FromCity", ""),
            ("FromZip", ""),
            ("SmsMessageSid", record.sid),
            ("SmsSid", record.sid),
            ("MessageSid", record.sid),
            ("AccountSid", record.account_sid),
            ("SmsStatus", "received"),
            ("NumMedia", "0"),
            ("NumSegments", "1"),
            ("Body", record.body),
            ("From", record.from_),
            ("To", record.to),
            ("ApiVersion", "2010-04-01"),
        ]
        return form if self.channel == "sms" else form + self._whatsapp_fields()

    def _whatsapp_fields(self) -> list[tuple[str, str]]:
        form = [
            ("MessageType", "text"),
            ("ChannelMetadata", '{"type":"whatsapp","data":{}}'),
            ("ReferralNumMedia", "0"),
        ]
        if self.name:
            form.append(("ProfileName", self.name))
        if self.number:
            form.append(("WaId", self.number.removeprefix("+")))
        if self.user_id:
            form.append(("ExternalUserId", WHATSAPP + self.user_id))
        return form

    def _take_replies(self, record: MessageRecord, document: str) -> None:
        """Sends what the webhook's TwiML answers with `<Message>`."""
        try:
            replies = replies_of(document)
        except BadTwiml as bad:
            self._carrier.problem(BAD_TWIML, str(bad), record.sid)
            return
        for text in replies:
            self._carrier.messages.add(
                MessageRecord(
                    sid=new_sid("SM"),
                    account_sid=self._account,
                    to=record.from_,
                    from_=record.to,
                    body=text,
                    direction="outbound-reply",
                    status="delivered",
                )
            )
