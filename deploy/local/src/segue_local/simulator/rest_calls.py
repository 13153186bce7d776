"""Twilio's Calls resource: create, update, list, fetch."""

from typing import Literal
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from segue_local.simulator.addresses import is_phone_number
from segue_local.simulator.api_errors import ApiRefusal
from segue_local.simulator.carrier import Carrier
from segue_local.simulator.listing import page_of, rfc2822, span_of
from segue_local.simulator.live_call import (
    DEFAULT_RING_SECONDS,
    DEFAULT_TIME_LIMIT,
    Callback,
    CallRequest,
    TwimlSource,
)
from segue_local.simulator.records import CallRecord
from segue_local.simulator.rest_common import (
    Form,
    refusals_answered,
    require_account,
    under_faults,
)
from segue_local.simulator.sids import new_sid
from segue_local.simulator.switchboard import Switchboard

LONGEST_TWIML = 4000
LONGEST_RING = 600.0
BASE = "/2010-04-01/Accounts/{account}/Calls"


class CallsDesk:
    def __init__(self, carrier: Carrier, switchboard: Switchboard) -> None:
        self._carrier = carrier
        self._switchboard = switchboard

    def routes(self) -> list[Route]:
        return [
            Route(BASE + ".json", refusals_answered(self.create), methods=["POST"]),
            Route(BASE + ".json", refusals_answered(self.page), methods=["GET"]),
            Route(BASE + "/{sid}.json", refusals_answered(self.update), methods=["POST"]),
            Route(BASE + "/{sid}.json", refusals_answered(self.fetch), methods=["GET"]),
        ]

    async def create(self, request: Request) -> Response:
        account = require_account(request, self._carrier.lines)
        form = Form(await request.body())
        to = form.get("To") or ""

        def accept() -> tuple[CallRecord, JSONResponse]:
            _check(form)
            record = CallRecord(
                sid=new_sid("CA"),
                account_sid=account,
                to=to,
                from_=form.get("From") or "",
                direction="outbound-api",
            )
            self._switchboard.place(record, _request_of(form))
            return record, JSONResponse(call_body(record), status_code=201)

        return await under_faults(request, self._carrier.faults, "calls", to, accept)

    async def update(self, request: Request) -> Response:
        call = self._find(request)
        form = Form(await request.body())
        live = self._switchboard.live(call.sid)
        if live is None or call.ended is not None:
            raise ApiRefusal(21220)
        status = form.get("Status")
        if status == "completed" or (status == "canceled" and call.started is None):
            await live.end_by_api()
        elif form.get("Twiml") or form.get("Url"):
            live.redirect(_source_of(form))
        elif status not in (None, "canceled"):
            raise ApiRefusal(20001, "Status")
        return JSONResponse(call_body(call))

    async def page(self, request: Request) -> Response:
        account = require_account(request, self._carrier.lines)
        query = request.query_params
        to, from_, status = query.get("To"), query.get("From"), query.get("Status")
        started, calls = span_of(query, "StartTime"), self._carrier.calls
        newest_first = [
            call
            for call in reversed(calls.about(to or from_ or "") if to or from_ else [*calls])
            if call.account_sid == account
            and to in (None, call.to)
            and from_ in (None, call.from_)
            and status in (None, call.status)
            and started.holds((call.started or call.at).wall)
        ]
        return JSONResponse(page_of(newest_first, query, request.url.path, "calls", call_body))

    async def fetch(self, request: Request) -> Response:
        return JSONResponse(call_body(self._find(request)))

    def _find(self, request: Request) -> CallRecord:
        account = require_account(request, self._carrier.lines)
        call = self._carrier.calls.get(request.path_params["sid"])
        if call is None or call.account_sid != account:
            raise ApiRefusal(20404)
        return call


def _check(form: Form) -> None:
    to, from_, twiml = form.get("To"), form.get("From"), form.get("Twiml")
    if not to:
        raise ApiRefusal(21201)
    if not from_:
        raise ApiRefusal(21213)
    if not is_phone_number(to):
        raise ApiRefusal(21211)
    if not is_phone_number(from_):
        raise ApiRefusal(21212)
    if not (form.get("Url") or twiml):
        raise ApiRefusal(21205)
    if len(twiml or "") > LONGEST_TWIML:
        raise ApiRefusal(20001, f"Twiml is longer than {LONGEST_TWIML} characters")
    for name in ("Url", "StatusCallback", "AsyncAmdStatusCallback"):
        address = form.get(name)
        if address and urlsplit(address).scheme not in {"http", "https"}:
            raise ApiRefusal(21205 if name == "Url" else 21609, name)


def _source_of(form: Form) -> TwimlSource:
    return TwimlSource(
        document=form.get("Twiml"),
        url=form.get("Url"),
        method=form.get("Method") or "POST",
        fallback_url=form.get("FallbackUrl"),
    )


def _request_of(form: Form) -> CallRequest:
    events = {event for value in form.all("StatusCallbackEvent") for event in value.split()}
    return CallRequest(
        source=_source_of(form),
        status_callback=_callback(form, "StatusCallback"),
        events=frozenset(events or {"completed"}),
        ring_seconds=min(form.number("Timeout", DEFAULT_RING_SECONDS), LONGEST_RING),
        time_limit=form.number("TimeLimit", DEFAULT_TIME_LIMIT),
        detection=_detection(form),
        detect_aside=form.get("AsyncAmd") == "true",
        detection_callback=_callback(form, "AsyncAmdStatusCallback"),
    )


def _callback(form: Form, name: str) -> Callback | None:
    url = form.get(name)
    return Callback(url, form.get(f"{name}Method") or "POST") if url else None


def _detection(form: Form) -> Literal["Enable", "DetectMessageEnd"] | None:
    """SendDigits switches machine detection off."""
    asked = form.get("MachineDetection")
    if asked is None or form.get("SendDigits"):
        return None
    match asked:
        case "Enable" | "DetectMessageEnd":
            return asked
        case _:
            raise ApiRefusal(20001, "MachineDetection")


def call_body(call: CallRecord) -> dict[str, object]:
    """The Call resource as the API writes it."""
    uri = f"/2010-04-01/Accounts/{call.account_sid}/Calls/{call.sid}"
    updated = call.history[-1][1] if call.history else call.at
    over = call.ended is not None and call.started is not None
    return {
        "account_sid": call.account_sid,
        "answered_by": call.answered_by,
        "api_version": "2010-04-01",
        "caller_name": None,
        "date_created": rfc2822(call.at.wall),
        "date_updated": rfc2822(updated.wall),
        "direction": call.direction,
        "duration": str(call.seconds) if over else None,
        "end_time": rfc2822(call.ended.wall) if call.ended else None,
        "forwarded_from": None,
        "from": call.from_,
        "from_formatted": call.from_,
        "group_sid": None,
        "parent_call_sid": None,
        "phone_number_sid": None,
        "price": None,
        "price_unit": "USD",
        "queue_time": "0",
        "sid": call.sid,
        "start_time": rfc2822(call.started.wall) if call.started else None,
        "status": call.status,
        "subresource_uris": {"events": f"{uri}/Events.json"},
        "to": call.to,
        "to_formatted": call.to,
        "trunk_sid": "",
        "uri": f"{uri}.json",
    }
