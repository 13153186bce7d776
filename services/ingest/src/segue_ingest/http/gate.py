"""Turns webhooks away at the door, before anything has been done for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from segue_common.runtime.problems import problem_response
from segue_common.tenants import Tenant
from starlette.types import ASGIApp, Receive, Scope, Send

from segue_ingest.admission import WAITS, Admission, too_many
from segue_ingest.http.counting import count
from segue_ingest.http.turns import Turns


@dataclass(frozen=True)
class Entrance:
    """Where a provider posts messages: a path with `{tenant}` in it, and the names under which
    its requests are counted."""

    path: str
    provider: str
    kind: str


class Gate:
    """ASGI middleware in front of all others: tenants' webhooks begin in turn, and while a tenant
    has no room, its own get their 429 unread. So a flood leaves the process to everybody else.

    Unread is unsigned. So what is refused here depends on nothing but what was admitted after its
    signature had been found right: whoever can't sign can't have a tenant refused. There may be
    room now that others take before a request has been read, so that `Admission` looks again.
    """

    def __init__(
        self,
        app: ASGIApp,
        admission: Admission,
        tenants: Mapping[str, Tenant],
        entrances: Iterable[Entrance],
    ) -> None:
        self._app = app
        self._admission = admission
        self._doors = {
            entrance.path.format(tenant=name): (name, entrance)
            for entrance in entrances
            for name in tenants
        }
        self._turns = Turns()
        self._answers = {wait: problem_response(too_many(wait)) for wait in WAITS}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        door = self._door(scope)
        if door is not None:
            tenant, entrance = door
            await self._turns.take(tenant)
            if (wait := self._admission.refused(tenant)) is not None:
                count(entrance.provider, entrance.kind, 429)
                await self._answers[wait](scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _door(self, scope: Scope) -> tuple[str, Entrance] | None:
        if scope["type"] != "http" or scope["method"] != "POST":
            return None
        return self._doors.get(scope["path"])
