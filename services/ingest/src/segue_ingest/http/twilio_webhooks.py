"""Twilio's webhooks: incoming messages and delivery statuses."""

from collections.abc import Mapping

from segue_common.tenants import Tenant
from segue_common.webhooks.requests import fields_are_checked
from segue_common.webhooks.twilio import signed_form
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from segue_ingest.domain.twilio_forms import read_message, read_status
from segue_ingest.http.counting import counted
from segue_ingest.http.gate import Entrance
from segue_ingest.http.messages_in import MessageDesk
from segue_ingest.intake import needed_servers
from segue_ingest.reports import ReportDesk

# The answer comes later, from the router: nothing is said here.
EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
MESSAGES = Entrance("/v1/{tenant}/twilio/messages", "twilio", "message")
STATUS_PATH = "/v1/{tenant}/twilio/message-status"


class TwilioWebhooks:
    """Answers Twilio once what it tells is durable."""

    def __init__(
        self,
        tenants: Mapping[str, Tenant],
        public_url: str,
        messages: MessageDesk,
        reports: ReportDesk,
    ) -> None:
        self._tenants = tenants
        self._public_url = public_url
        self._messages = messages
        self._reports = reports

    def routes(self) -> list[Route]:
        message = counted(MESSAGES.provider, MESSAGES.kind)
        status = counted("twilio", "status")
        return [
            Route(MESSAGES.path, message(self.message), methods=["POST"]),
            Route(STATUS_PATH, status(self.status), methods=["POST"]),
        ]

    async def message(self, request: Request) -> Response:
        """A 2xx follows the broker's ack; Twilio posts again after anything else."""
        tenant, form = await signed_form(request, self._tenants, self._public_url)
        with fields_are_checked():
            message = read_message(form)
        with needed_servers():
            await self._messages.take(tenant.tenant, [message])
        return Response(EMPTY_TWIML, media_type="text/xml")

    async def status(self, request: Request) -> Response:
        tenant, form = await signed_form(request, self._tenants, self._public_url)
        with fields_are_checked():
            report = read_status(form)
        if report is not None:
            with needed_servers():
                await self._reports.take(tenant.tenant, [report])
        return Response(status_code=204)
