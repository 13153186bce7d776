"""The old contact form: the baseline arm, in which no agent answers."""

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl
from uuid import UUID, uuid4

from segue_common.events import FormSubmitted, root_event, root_id
from segue_common.runtime.clock import Clock
from segue_common.runtime.problems import Problem, problem_response
from segue_common.tenants import Tenant
from segue_common.webhooks.requests import fields_are_checked, read_body, tenant_of
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from segue_ingest.chat.rate_limit import RateLimit
from segue_ingest.domain.contact_form import ContactForm, read_form
from segue_ingest.http.callers import caller_of
from segue_ingest.http.counting import counted
from segue_ingest.http.origins import check_origin, preflight, share_with
from segue_ingest.intake import SOURCE, Intake, needed_servers
from segue_ingest.store.parties import Known
from segue_ingest.whois import WhoIsWho

MOST_BYTES = 64 * 1024
FORM_TYPE = "application/x-www-form-urlencoded"


class Forms:
    """A submission is a conversation of its own, so that the arms never mix."""

    def __init__(
        self,
        tenants: Mapping[str, Tenant],
        who_is_who: WhoIsWho,
        intake: Intake,
        limits: RateLimit,
        clock: Clock,
        *,
        per_minute: int,
        public_url: str,
    ) -> None:
        self._tenants = tenants
        self._who_is_who = who_is_who
        self._intake = intake
        self._limits = limits
        self._clock = clock
        self._per_minute = per_minute
        self._public_url = public_url

    def routes(self) -> list[Route]:
        submit = counted("form", "lead")(self.submit)
        return [Route("/v1/{tenant}/leads/form", submit, methods=["POST", "OPTIONS"])]

    async def submit(self, request: Request) -> Response:
        tenant = tenant_of(request, self._tenants)
        origin = check_origin(request, tenant, self._public_url) if tenant.channels.web else None
        if request.method == "OPTIONS":
            return preflight(origin)
        try:
            return share_with(await self._submit(request, tenant), origin)
        except Problem as problem:
            return share_with(problem_response(problem), origin)

    async def _submit(self, request: Request, tenant: Tenant) -> Response:
        wait = await self._limits.wait("form", caller_of(request), self._per_minute, self._clock())
        if wait:
            raise Problem(429, "Too many forms from this address.", retry_after=str(wait))
        fields = _parse(request, await read_body(request, MOST_BYTES))
        with fields_are_checked():
            form = read_form(fields, tenant.region)
        form_id = form.form_id or uuid4()
        with needed_servers():
            conversation_id = await self._record(tenant.tenant, form_id, form)
        body = {"form_id": str(form_id), "conversation_id": str(conversation_id)}
        return JSONResponse(body, status_code=202)

    async def _record(self, tenant: str, form_id: UUID, form: ContactForm) -> UUID:
        """A form sent again under its `form_id` is the same event in the same conversation."""
        known = Known(name=form.name, email=form.email)
        party = await self._who_is_who.resolve(tenant, form.identities, known)
        conversation_id = root_id(tenant, "form-conversation", str(form_id))
        event = root_event(
            FormSubmitted(form_id=form_id, contact=party.contact, text=form.text),
            id=root_id(tenant, "form", str(form_id)),
            source=SOURCE,
            tenant=tenant,
            conversation_id=conversation_id,
            time=self._clock(),
        )
        await self._intake.put([event])
        return conversation_id


def _parse(request: Request, body: bytes) -> Mapping[str, object]:
    """JSON, or what a browser's plain form sends."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind == FORM_TYPE:
            return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=100))
        fields = json.loads(body)
    except ValueError as error:
        raise Problem(400, "The body is neither a form nor JSON.") from error
    if not isinstance(fields, dict):
        raise Problem(400, "The body must be an object of fields.")
    return fields
