"""WhatsApp Cloud API: accepting messages, and the webhooks that Meta posts."""

import json
import time
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from segue_local.simulator.addresses import bare
from segue_local.simulator.carrier import Carrier
from segue_local.simulator.lines import MetaNumber
from segue_local.simulator.meta_webhooks import MetaWebhooks
from segue_local.simulator.records import MessageRecord
from segue_local.simulator.rest_common import silence
from segue_local.simulator.sids import new_wamid


class _Text(BaseModel):
    body: str
    preview_url: bool = False


class _Template(BaseModel):
    model_config = ConfigDict(extra="allow")

    name: str


class _Send(BaseModel):
    """The request bodies that are simulated: text, template, and mark-as-read."""

    messaging_product: Literal["whatsapp"]
    to: str | None = None
    recipient: str | None = None
    type: Literal["text", "template"] = "text"
    text: _Text | None = None
    template: _Template | None = None
    status: Literal["read"] | None = None
    message_id: str | None = None


class MetaDesk:
    def __init__(self, carrier: Carrier, webhooks: MetaWebhooks) -> None:
        self._carrier = carrier
        self._webhooks = webhooks

    def routes(self) -> list[Route]:
        return [Route("/{version}/{phone_number_id}/messages", self.send, methods=["POST"])]

    async def send(self, request: Request) -> Response:
        owner = self._carrier.lines.meta(request.path_params["phone_number_id"])
        if owner is None:
            return _error(400, 100, "Unsupported post request. Object does not exist.")
        line, number = owner
        if request.headers.get("authorization") != f"Bearer {number.access_token}":
            return _error(401, 190, "Invalid OAuth access token.")
        try:
            body = _Send.model_validate_json(await request.body())
        except ValidationError as invalid:
            where = ".".join(str(part) for part in invalid.errors()[0]["loc"])
            return _error(400, 100, f"Invalid parameter: {where}")
        if body.status == "read":
            return JSONResponse({"success": True})
        to = body.to or body.recipient
        if not to or (body.text is None and body.template is None):
            return _error(400, 100, "Invalid parameter")
        return await self._accept(request, body, to, line.tenant, number)

    async def _accept(
        self, request: Request, body: _Send, to: str, tenant: str, number: MetaNumber
    ) -> Response:
        fault = self._carrier.faults.strike("meta", to)
        if fault is not None and fault.kind == "rate_limit":
            return _error(429, 130429, "Rate limit hit", {"Retry-After": str(fault.retry_after)})
        if fault is not None and fault.kind == "reject":
            return _error(400, fault.code, "Refused")
        if fault is not None and fault.kind == "error":
            return _error(fault.status, 2, "Service temporarily unavailable")
        if fault is not None and fault.kind == "hang":
            return await silence(request, fault)
        record = _record(body, to, number)
        self._carrier.messages.add(record)
        self._carrier.background.start(self._webhooks.progress(record, tenant, number))
        if fault is not None:
            record.answer_lost = True
            return await silence(request, fault)
        contact = {"input": to, "wa_id": to.lstrip("+")}
        return JSONResponse(
            {
                "messaging_product": "whatsapp",
                "contacts": [contact],
                "messages": [{"id": record.sid}],
            }
        )


def _record(body: _Send, to: str, number: MetaNumber) -> MessageRecord:
    return MessageRecord(
        sid=new_wamid(),
        account_sid=number.phone_number_id,
        to=bare(to),
        from_=bare(number.display_phone_number),
        body=body.text.body if body.text else "",
        direction="outbound-api",
        status="accepted",
        provider="meta",
        content_sid=body.template.name if body.template else None,
        content_variables=json.dumps(body.template.model_dump()) if body.template else None,
    )


def _error(
    status: int, code: int, message: str, headers: dict[str, str] | None = None
) -> JSONResponse:
    """The Graph API's error body."""
    error = {
        "message": f"(#{code}) {message}",
        "type": "OAuthException",
        "code": code,
        "fbtrace_id": f"A{time.monotonic_ns():x}",
    }
    return JSONResponse({"error": error}, status_code=status, headers=headers)
