"""Routes for operators and for other services, each with its own bearer token."""

from collections.abc import Mapping
from uuid import UUID

from pydantic import BaseModel, SecretStr, ValidationError
from segue_common.runtime.access import require_bearer
from segue_common.runtime.problems import Problem
from segue_common.tenants import Tenant
from segue_common.webhooks.requests import read_body, tenant_of
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from segue_ingest.adapters.router_client import RouterAway, RouterClient
from segue_ingest.domain.addresses import identity_of
from segue_ingest.domain.cleaning import clean_name
from segue_ingest.intake import needed_servers
from segue_ingest.store.parties import Known
from segue_ingest.whois import WhoIsWho

MOST_BYTES = 16 * 1024


class _Caller(BaseModel):
    """Somebody who reached another service: `address` as the carrier wrote it."""

    channel: str
    address: str
    name: str | None = None


class Operators:
    def __init__(
        self,
        tenants: Mapping[str, Tenant],
        who_is_who: WhoIsWho,
        router: RouterClient,
        *,
        operator_token: SecretStr | None,
        internal_token: SecretStr | None,
    ) -> None:
        self._tenants = tenants
        self._who_is_who = who_is_who
        self._router = router
        self._operator_token = operator_token
        self._internal_token = internal_token

    def routes(self) -> list[Route]:
        return [
            Route("/v1/conversations/{id}", self.timeline),
            Route("/internal/v1/{tenant}/conversations", self.resolve, methods=["POST"]),
        ]

    async def timeline(self, request: Request) -> Response:
        """The router's answer, passed on."""
        require_bearer(request, self._operator_token)
        try:
            conversation_id = str(UUID(request.path_params["id"]))
        except ValueError as error:
            raise Problem(404, "There is no such conversation.") from error
        try:
            status, body, kind = await self._router.conversation(conversation_id, request.url.query)
        except RouterAway as error:
            raise Problem(503, "The router is away; try again.") from error
        if status == 404:
            raise Problem(404, "There is no such conversation.")
        if status != 200:
            raise Problem(503, "The router can't answer now; try again.")
        return Response(body, media_type=kind)

    async def resolve(self, request: Request) -> Response:
        """`{"channel", "address"}` to `{"conversation_id", "contact"}`."""
        require_bearer(request, self._internal_token)
        tenant = tenant_of(request, self._tenants)
        try:
            caller = _Caller.model_validate_json(await read_body(request, MOST_BYTES))
        except ValidationError as error:
            raise Problem(400, "The body must have channel and address.") from error
        identity = identity_of(caller.address)
        if identity is None:
            raise Problem(422, "This is not an address of a person.", field="address")
        with needed_servers():
            party = await self._who_is_who.resolve(
                tenant.tenant, [identity], Known(name=clean_name(caller.name))
            )
        return JSONResponse(party.model_dump(mode="json"))
