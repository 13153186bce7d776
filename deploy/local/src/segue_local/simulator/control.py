"""The control API under `/_sim`, with which another process drives the simulator."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from segue_local.simulator import control_views as views
from segue_local.simulator.control_models import (
    CallInRequest,
    DtmfRequest,
    FaultsRequest,
    PersonRequest,
    SayRequest,
    SpeakRequest,
)
from segue_local.simulator.live_call import LiveCall
from segue_local.simulator.people import PhonePerson, WhenTold

if TYPE_CHECKING:
    from segue_local.simulator.simulator import CarrierSimulator

LONGEST_WAIT = 60.0
M = TypeVar("M", bound=BaseModel)


class NotFound(Exception):
    """No such call, or it is over."""


class ControlApi:
    """Reading endpoints take `wait` seconds to hold a request open until there is something new."""

    def __init__(self, sim: CarrierSimulator) -> None:
        self._sim = sim

    def routes(self) -> list[Route]:
        table: list[tuple[str, str, Callable[[Request], Awaitable[Response]]]] = [
            ("GET", "/health", self.health),
            ("GET", "/messages", self.messages),
            ("GET", "/calls", self.calls),
            ("GET", "/calls/{sid}", self.call),
            ("GET", "/webhooks", self.webhooks),
            ("GET", "/problems", self.problems),
            ("POST", "/leads/{number}/say", self.say),
            ("POST", "/people", self.person),
            ("POST", "/faults", self.faults),
            ("DELETE", "/faults", self.no_faults),
            ("POST", "/calls", self.call_in),
            ("POST", "/calls/{sid}/answer", self.answer),
            ("POST", "/calls/{sid}/say", self.speak),
            ("POST", "/calls/{sid}/dtmf", self.dtmf),
            ("POST", "/calls/{sid}/hangup", self.hang_up),
            ("POST", "/reset", self.reset),
        ]
        return [
            Route("/_sim" + path, _answered(handler), methods=[method])
            for method, path, handler in table
        ]

    async def health(self, request: Request) -> Response:
        return JSONResponse({"status": "ok", "url": self._sim.url})

    async def messages(self, request: Request) -> Response:
        """`to=`, `after=` (order of the last one seen), `direction=in|out|all`, `wait=` seconds."""
        number, after, wait = _cursor(request, "to")
        direction, ledger = request.query_params.get("direction", "out"), self._sim.message_ledger

        def found() -> list[views.Json] | None:
            seen = ledger.about(number) if number else list(ledger)
            fresh = [
                views.message(m)
                for m in seen
                if m.order > after and direction in ("all", "out" if m.outgoing else "in")
            ]
            return fresh or None

        shown = await ledger.until(number, found, wait) or []
        return JSONResponse({"messages": shown, "taken": ledger.taken})

    async def calls(self, request: Request) -> Response:
        """`to=`, `after=` and `wait=` as for messages."""
        number, after, wait = _cursor(request, "to")
        ledger = self._sim.call_ledger

        def found() -> list[views.Json] | None:
            seen = ledger.about(number) if number else list(ledger)
            return [views.call(c) for c in seen if c.order > after] or None

        return JSONResponse({"calls": await ledger.until(number, found, wait) or []})

    async def call(self, request: Request) -> Response:
        """One call; `wait` holds until there are over `after` utterances or another `status`."""
        _, after, wait = _cursor(request, "to")
        status = request.query_params.get("status")
        ledger = self._sim.call_ledger
        call = ledger.get(request.path_params["sid"])
        if call is None:
            raise NotFound

        def moved() -> views.Json | None:
            news = len(call.transcript) > after or (status is not None and call.status != status)
            return views.call(call) if news or call.finished else None

        return JSONResponse(await ledger.until(call.to, moved, wait) or views.call(call))

    async def webhooks(self, request: Request) -> Response:
        return JSONResponse({"webhooks": [views.webhook(w) for w in self._sim.webhooks]})

    async def problems(self, request: Request) -> Response:
        return JSONResponse({"problems": [views.problem(p) for p in self._sim.problems]})

    async def say(self, request: Request) -> Response:
        """A lead writes; answers with the system's HTTP status."""
        asked = await _read(request, SayRequest)
        number = request.path_params["number"]
        if asked.channel == "meta":
            meta_lead = self._sim.meta_lead(number, tenant=asked.tenant, name=asked.name)
            return JSONResponse({"status": await meta_lead.say(asked.text, fields=asked.fields)})
        lead = self._sim.lead(number, tenant=asked.tenant, channel=asked.channel, name=asked.name)
        fields = {name: str(value) for name, value in asked.fields.items()}
        return JSONResponse({"status": await lead.say(asked.text, sid=asked.sid, fields=fields)})

    async def person(self, request: Request) -> Response:
        asked = await _read(request, PersonRequest)
        self._sim.person(asked.number, *(entry.person() for entry in asked.scripts()))
        return JSONResponse({}, status_code=201)

    async def faults(self, request: Request) -> Response:
        asked = await _read(request, FaultsRequest)
        self._sim.fault(*asked.rest, *asked.delivery)
        if asked.webhooks is not None:
            self._sim.faults.webhooks = asked.webhooks
        return JSONResponse({}, status_code=201)

    async def no_faults(self, request: Request) -> Response:
        self._sim.faults.clear()
        return JSONResponse({})

    async def call_in(self, request: Request) -> Response:
        """A person rings the tenant; without a script the control API speaks for them."""
        asked = await _read(request, CallInRequest)
        person = asked.person() if asked.script else PhonePerson(pick_up=WhenTold())
        call = self._sim.call_in(asked.number, tenant=asked.tenant, person=person)
        return JSONResponse(views.call(call), status_code=201)

    async def answer(self, request: Request) -> Response:
        self._live(request).answer()
        return JSONResponse({})

    async def speak(self, request: Request) -> Response:
        asked = await _read(request, SpeakRequest)
        await self._live(request).say(asked.text)
        return JSONResponse({})

    async def dtmf(self, request: Request) -> Response:
        asked = await _read(request, DtmfRequest)
        await self._live(request).dtmf(asked.digits)
        return JSONResponse({})

    async def hang_up(self, request: Request) -> Response:
        await self._live(request).hang_up()
        return JSONResponse({})

    async def reset(self, request: Request) -> Response:
        self._sim.reset()
        return JSONResponse({})

    def _live(self, request: Request) -> LiveCall:
        live = self._sim.live_call(request.path_params["sid"])
        if live is None:
            raise NotFound
        return live


def _cursor(request: Request, name: str) -> tuple[str | None, int, float]:
    query = request.query_params
    wait = min(float(query.get("wait", 0)), LONGEST_WAIT)
    return query.get(name), int(query.get("after", 0)), wait


async def _read(request: Request, model: type[M]) -> M:
    return model.model_validate_json(await request.body() or b"{}")


def _answered(
    handler: Callable[[Request], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    async def answered(request: Request) -> Response:
        try:
            return await handler(request)
        except ValidationError as invalid:
            reasons = invalid.errors(include_url=False, include_context=False, include_input=False)
            return JSONResponse({"detail": reasons}, status_code=422)
        except (ValueError, LookupError) as wrong:
            return JSONResponse({"detail": str(wrong)}, status_code=422)
        except NotFound:
            return JSONResponse({"detail": "no such call in progress"}, status_code=404)

    return answered
