"""Twilio's webhooks: incoming messages and delivery statuses."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from segue_common.runtime.problems import Problem
from segue_common.tenants import Tenant
from starlette.datastructures import ImmutableMultiDict
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from twilio.request_validator import RequestValidator

from segue_ingest.domain.inbound import InvalidField
from segue_ingest.domain.twilio_forms import read_message, read_status
from segue_ingest.http.counting import counted
from segue_ingest.http.messages_in import MessageDesk
from segue_ingest.http.requests import path_and_query, read_body, tenant_of
from segue_ingest.intake import needed_servers
from segue_ingest.reports import ReportDesk

MOST_BYTES = 64 * 1024
MOST_FIELDS = 1000
FORM_TYPE = "application/x-www-form-urlencoded"
# The answer comes later, from the router: nothing is said here.
EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
STATUS_PATH = "/v1/{tenant}/twilio/message-status"

Form = ImmutableMultiDict[str, str]


class TwilioWebhooks:
    """Nothing in a form is looked at before its signature has been found right."""

    def __init__(
        self,
        tenants: Mapping[str, Tenant],
        public_url: str,
        messages: MessageDesk,
        reports: ReportDesk,
    ) -> None:
        self._tenants = tenants
        self._public_url = public_url.rstrip("/")
        self._messages = messages
        self._reports = reports

    def routes(self) -> list[Route]:
        message, status = counted("twilio", "message"), counted("twilio", "status")
        return [
            Route("/v1/{tenant}/twilio/messages", message(self.message), methods=["POST"]),
            Route(STATUS_PATH, status(self.status), methods=["POST"]),
        ]

    async def message(self, request: Request) -> Response:
        """A 2xx follows the broker's ack; Twilio posts again after anything else."""
        tenant, form = await self._signed_form(request)
        try:
            message = read_message(form)
        except InvalidField as error:
            raise Problem(400, error.detail, field=error.field) from error
        with needed_servers():
            await self._messages.take(tenant.tenant, [message])
        return Response(EMPTY_TWIML, media_type="text/xml")

    async def status(self, request: Request) -> Response:
        tenant, form = await self._signed_form(request)
        try:
            report = read_status(form)
        except InvalidField as error:
            raise Problem(400, error.detail, field=error.field) from error
        if report is not None:
            with needed_servers():
                await self._reports.take(tenant.tenant, [report])
        return Response(status_code=204)

    async def _signed_form(self, request: Request) -> tuple[Tenant, Form]:
        tenant = tenant_of(request, self._tenants)
        twilio = tenant.channels.twilio
        if twilio is None:
            raise Problem(404, "This tenant has no Twilio channel.")
        body = await read_body(request, MOST_BYTES)
        signature = request.headers.get("x-twilio-signature")
        if not signature:
            raise Problem(403, "The signature is missing.")
        form = _parse(request, body)
        validator = RequestValidator(twilio.auth_token.get_secret_value())
        if not validator.validate(self._public_url + path_and_query(request), form, signature):
            raise Problem(403, "The signature does not fit the request.")
        return tenant, form


def _parse(request: Request, body: bytes) -> Form:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != FORM_TYPE:
        raise Problem(400, f"The body must be {FORM_TYPE}.")
    try:
        fields = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError as error:
        raise Problem(400, "The body is not a well-formed form.") from error
    return ImmutableMultiDict(fields)
