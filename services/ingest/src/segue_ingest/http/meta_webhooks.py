"""The webhook of the WhatsApp Cloud API."""

import hashlib
import hmac
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from segue_common.events.topics import INBOUND
from segue_common.runtime.dead_letters import DeadLetters
from segue_common.runtime.problems import Problem
from segue_common.tenants import Tenant
from segue_common.tenants.models import MetaChannel
from segue_common.webhooks.requests import read_body, tenant_of
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from segue_ingest.domain.delivery import Report
from segue_ingest.domain.inbound import InboundMessage
from segue_ingest.domain.meta_payloads import MalformedBody, Unreadable, read_webhook
from segue_ingest.http.counting import counted
from segue_ingest.http.gate import Entrance
from segue_ingest.http.messages_in import MessageDesk
from segue_ingest.intake import needed_servers
from segue_ingest.reports import ReportDesk

log = logging.getLogger(__name__)

# "Payloads can be up to 3 MB": one body holds what has piled up.
MOST_BYTES = 3 * 1024 * 1024
BODIES = Entrance("/v1/{tenant}/meta/webhook", "meta", "body")


@dataclass(frozen=True)
class _LooseRecord:
    """An entry of a body in the form in which dead letters are kept."""

    value: bytes
    topic: str = INBOUND.name
    partition: int = -1
    offset: int = -1
    key: bytes | None = None
    headers: Sequence[tuple[str, bytes]] = ()


class MetaWebhooks:
    """One URL for messages and statuses, many of both in one body."""

    def __init__(
        self,
        tenants: Mapping[str, Tenant],
        messages: MessageDesk,
        reports: ReportDesk,
        dead_letters: DeadLetters,
    ) -> None:
        self._tenants = tenants
        self._messages = messages
        self._reports = reports
        self._dead_letters = dead_letters

    def routes(self) -> list[Route]:
        handshake, body = counted("meta", "handshake"), counted(BODIES.provider, BODIES.kind)
        return [
            Route(BODIES.path, handshake(self.handshake), methods=["GET"]),
            Route(BODIES.path, body(self.take), methods=["POST"]),
        ]

    async def handshake(self, request: Request) -> Response:
        """Meta asks once whether this URL is meant: the token answers."""
        _, channel = self._channel(request)
        query = request.query_params
        token = query.get("hub.verify_token", "").encode()
        expected = channel.verify_token.get_secret_value().encode()
        if query.get("hub.mode") != "subscribe" or not hmac.compare_digest(token, expected):
            raise Problem(403, "The verify token is not the tenant's.")
        return PlainTextResponse(query.get("hub.challenge", ""))

    async def take(self, request: Request) -> Response:
        """Everything readable in the body is durable before the 2xx."""
        tenant, channel = self._channel(request)
        body = await read_body(request, MOST_BYTES)
        _check_signature(request, body, channel.app_secret.get_secret_value())
        try:
            found = read_webhook(body, channel.phone_number_id)
        except MalformedBody as error:
            raise Problem(400, "The body is not a webhook of the Cloud API.") from error
        with needed_servers():
            await self._messages.take(tenant, [f for f in found if isinstance(f, InboundMessage)])
            if reports := [f for f in found if isinstance(f, Report)]:
                await self._reports.take(tenant, reports)
            for bad in (f for f in found if isinstance(f, Unreadable)):
                value = json.dumps(bad.entry).encode()
                await self._dead_letters.put(_LooseRecord(value), f"meta: {bad.reason}")
        return Response(status_code=200)

    def _channel(self, request: Request) -> tuple[str, MetaChannel]:
        tenant = tenant_of(request, self._tenants)
        if tenant.channels.meta is None:
            raise Problem(404, "This tenant has no WhatsApp Cloud API number.")
        return tenant.tenant, tenant.channels.meta


def _check_signature(request: Request, body: bytes, secret: str) -> None:
    given = request.headers.get("x-hub-signature-256", "")
    expected = f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"
    if not hmac.compare_digest(given.encode(errors="replace"), expected.encode()):
        raise Problem(403, "The signature does not fit the body.")
