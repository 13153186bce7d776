"""The built-in CRM over HTTP, for operators' own tools."""

from collections.abc import Mapping
from uuid import UUID

from pydantic import SecretStr
from segue_common.runtime.access import require_bearer
from segue_common.runtime.database import Pool
from segue_common.runtime.problems import Problem
from segue_common.tenants import Tenant
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from segue_crm_sync.store.contacts import load_people, load_record

PAGE = 100
LARGEST_PAGE = 500


def crm_routes(pool: Pool, tenants: Mapping[str, Tenant], token: SecretStr | None) -> list[Route]:
    """`GET /v1/{tenant}/contacts[/{contact}]`, with the internal token."""

    async def show_contacts(request: Request) -> Response:
        tenant = _tenant(request)
        after, limit = _page(request)
        async with pool.connection() as conn:
            people = await load_people(conn, tenant, after=after, limit=limit)
        rows = [
            {
                **person.model_dump(mode="json"),
                "stage": deal.stage,
                "score": deal.score.points if deal.score else None,
                "meeting": deal.meeting.model_dump(mode="json") if deal.meeting else None,
            }
            for person, deal in people
        ]
        last = str(people[-1][0].contact_id) if len(people) == limit else None
        return JSONResponse({"contacts": rows, "next": last})

    async def show_contact(request: Request) -> Response:
        tenant = _tenant(request)
        contact_id = _uuid(request.path_params["contact"], "contact")
        async with pool.connection() as conn:
            record = await load_record(conn, tenant, contact_id)
        if record is None:
            raise Problem(404, "There is no such contact.")
        return JSONResponse(record.model_dump(mode="json"))

    def _tenant(request: Request) -> str:
        require_bearer(request, token)
        tenant: str = request.path_params["tenant"]
        if tenant not in tenants:
            raise Problem(404, "There is no such tenant.")
        return tenant

    return [
        Route("/v1/{tenant}/contacts", show_contacts),
        Route("/v1/{tenant}/contacts/{contact}", show_contact),
    ]


def _page(request: Request) -> tuple[UUID | None, int]:
    after, limit = request.query_params.get("after"), request.query_params.get("limit", str(PAGE))
    if not limit.isdecimal() or not 0 < int(limit) <= LARGEST_PAGE:
        raise Problem(422, f"limit is a number from 1 to {LARGEST_PAGE}.", field="limit")
    return _uuid(after, "after") if after else None, int(limit)


def _uuid(text: str, field: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Problem(422, "A contact ID is a UUID.", field=field) from None
