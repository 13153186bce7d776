"""The operators' view of a lead: its facts with their evidence, and its score line by line."""

from uuid import UUID

from pydantic import SecretStr
from segue_common.runtime.access import require_bearer
from segue_common.runtime.database import Pool
from segue_common.runtime.problems import Problem
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from segue_qualifier.domain.lead import Lead
from segue_qualifier.store.leads import find_lead


class LeadRoutes:
    """`GET /v1/leads/{conversation_id}`, for bearers of the internal token."""

    def __init__(self, pool: Pool, token: SecretStr | None) -> None:
        self._pool = pool
        self._token = token

    @property
    def routes(self) -> list[Route]:
        return [Route("/v1/leads/{conversation_id}", self.lead, methods=["GET"])]

    async def lead(self, request: Request) -> Response:
        require_bearer(request, self._token)
        try:
            conversation_id = UUID(request.path_params["conversation_id"])
        except ValueError:
            raise Problem(404, "There is no such lead.") from None
        async with self._pool.connection() as conn:
            lead = await find_lead(conn, conversation_id)
        if lead is None:
            raise Problem(404, "There is no such lead.")
        return JSONResponse(view(lead))


def view(lead: Lead) -> dict[str, object]:
    """The lead as JSON: `facts` are those that hold, `history` those that were corrected."""
    state = lead.model_dump(mode="json", exclude={"evidence", "read"})
    said = [item.model_dump(mode="json") for item in lead.evidence]
    facts = [item for item in said if item["replaced_at"] is None]
    return {**state, "facts": facts, "history": [item for item in said if item["replaced_at"]]}
