"""Twilio's Messages resource: create, list, fetch."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from segue_local.simulator.addresses import is_message_address, is_whatsapp
from segue_local.simulator.api_errors import ApiRefusal
from segue_local.simulator.carrier import Carrier
from segue_local.simulator.listing import page_of, rfc2822, span_of
from segue_local.simulator.message_status import progress
from segue_local.simulator.records import MessageRecord
from segue_local.simulator.rest_common import (
    Form,
    refusals_answered,
    require_account,
    under_faults,
)
from segue_local.simulator.sids import new_sid

LONGEST_BODY = 1600
BASE = "/2010-04-01/Accounts/{account}/Messages"


class MessagesDesk:
    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier

    def routes(self) -> list[Route]:
        return [
            Route(BASE + ".json", refusals_answered(self.create), methods=["POST"]),
            Route(BASE + ".json", refusals_answered(self.page), methods=["GET"]),
            Route(BASE + "/{sid}.json", refusals_answered(self.fetch), methods=["GET"]),
        ]

    async def create(self, request: Request) -> Response:
        account = require_account(request, self._carrier.lines)
        form = Form(await request.body())
        to = form.get("To") or ""

        def accept() -> tuple[MessageRecord, JSONResponse]:
            self._check(form)
            record = self._record(account, form)
            self._carrier.messages.add(record)
            answer = JSONResponse(message_body(record), status_code=201)
            self._carrier.background.start(progress(self._carrier, record))
            return record, answer

        return await under_faults(request, self._carrier.faults, "messages", to, accept)

    async def page(self, request: Request) -> Response:
        account = require_account(request, self._carrier.lines)
        query = request.query_params
        to, from_, span = query.get("To"), query.get("From"), span_of(query, "DateSent")
        messages = self._carrier.messages
        newest_first = [
            message
            for message in reversed(
                messages.about(to or from_ or "") if to or from_ else [*messages]
            )
            if message.provider == "twilio"
            and message.account_sid == account
            and to in (None, message.to)
            and from_ in (None, message.from_)
            and span.holds(message.at.wall)
        ]
        return JSONResponse(
            page_of(newest_first, query, request.url.path, "messages", message_body)
        )

    async def fetch(self, request: Request) -> Response:
        account = require_account(request, self._carrier.lines)
        message = self._carrier.messages.get(request.path_params["sid"])
        if message is None or message.account_sid != account:
            raise ApiRefusal(20404)
        return JSONResponse(message_body(message))

    def _check(self, form: Form) -> None:
        to, from_ = form.get("To"), form.get("From")
        if not to:
            raise ApiRefusal(21604)
        if not is_message_address(to):
            raise ApiRefusal(21211)
        if not from_ and not form.get("MessagingServiceSid"):
            raise ApiRefusal(21603)
        if from_ and is_whatsapp(from_) != is_whatsapp(to):
            raise ApiRefusal(63007)
        if from_ and not is_message_address(from_):
            raise ApiRefusal(21212)
        if not (form.get("Body") or form.get("ContentSid") or form.get("MediaUrl")):
            raise ApiRefusal(21602)
        if len(form.get("Body") or "") > LONGEST_BODY:
            raise ApiRefusal(21617)
        callback = form.get("StatusCallback")
        if callback and urlsplit(callback).scheme not in {"http", "https"}:
            raise ApiRefusal(21609)
        if from_ and self._carrier.permissions.opted_out(from_, to):
            raise ApiRefusal(21610)

    def _record(self, account: str, form: Form) -> MessageRecord:
        service = form.get("MessagingServiceSid")
        return MessageRecord(
            sid=new_sid("MM" if form.get("MediaUrl") else "SM"),
            account_sid=account,
            to=form.get("To") or "",
            from_=form.get("From") or "",
            body=form.get("Body") or "",
            direction="outbound-api",
            status="accepted" if service else "queued",
            status_callback=form.get("StatusCallback"),
            messaging_service_sid=service,
            content_sid=form.get("ContentSid"),
            content_variables=form.get("ContentVariables"),
        )


def message_body(message: MessageRecord) -> dict[str, object]:
    """The Message resource as the API writes it."""
    uri = f"/2010-04-01/Accounts/{message.account_sid}/Messages/{message.sid}"
    updated = message.history[-1][1] if message.history else message.at
    sent: datetime | None = next(
        (m.wall.astimezone(UTC) for status, m in message.history if status == "sent"), None
    )
    return {
        "account_sid": message.account_sid,
        "api_version": "2010-04-01",
        "body": message.body,
        "date_created": rfc2822(message.at.wall),
        "date_sent": rfc2822(sent),
        "date_updated": rfc2822(updated.wall),
        "direction": message.direction,
        "error_code": message.error_code,
        "error_message": None if message.error_code is None else "Delivery failed",
        "from": message.from_ or None,
        "messaging_service_sid": message.messaging_service_sid,
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": message.to,
        "uri": f"{uri}.json",
    }
