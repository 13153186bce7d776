"""A client of the control API, for the demo and the terminal."""

from types import TracebackType
from typing import Literal

import httpx
from pydantic import BaseModel, JsonValue

from segue_local.simulator.control_models import (
    CallInRequest,
    DtmfRequest,
    FaultsRequest,
    PersonRequest,
    SayRequest,
    SpeakRequest,
)

DEFAULT_URL = "http://127.0.0.1:8090"
POLL_SECONDS = 20.0

Query = dict[str, str | int | float]


class SeenMessage(BaseModel):
    order: int
    sid: str
    direction: str
    to: str
    body: str
    status: str
    at: str
    monotonic: float


class SeenUtterance(BaseModel):
    who: Literal["agent", "person", "machine"]
    text: str
    cut: bool
    at: str


class SeenCall(BaseModel):
    order: int
    sid: str
    direction: str
    to: str
    status: str
    finished: bool
    seconds: int
    transcript: list[SeenUtterance]
    session_status: str | None
    handoff_data: str | None
    relay: dict[str, str]
    frames: list[dict[str, JsonValue]]


class _Status(BaseModel):
    status: int


class _Messages(BaseModel):
    messages: list[SeenMessage]


class _Calls(BaseModel):
    calls: list[SeenCall]


class ControlClient:
    """`async with ControlClient(url) as control`; HTTP errors are httpx's.

    Records come in the order in which the carrier took them; `after` is the order of the last
    one seen, and `wait` holds the request open for so many seconds until there is more.
    """

    def __init__(self, url: str = DEFAULT_URL) -> None:
        self._http = httpx.AsyncClient(
            base_url=f"{url.rstrip('/')}/_sim", timeout=httpx.Timeout(POLL_SECONDS + 20)
        )

    async def __aenter__(self) -> "ControlClient":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def is_up(self) -> bool:
        try:
            return (await self._http.get("/health")).is_success
        except httpx.TransportError:
            return False

    async def say(self, number: str, said: SayRequest) -> int:
        """A lead writes; the system's HTTP status, 0 when it gave no answer."""
        answer = await self._post(f"/leads/{number}/say", said)
        return _Status.model_validate_json(answer).status

    async def messages(self, to: str, after: int = 0, wait: float = 0) -> list[SeenMessage]:
        body = await self._get("/messages", {"to": to, "after": after, "wait": wait})
        return _Messages.model_validate_json(body).messages

    async def calls(self, to: str, after: int = 0, wait: float = 0) -> list[SeenCall]:
        body = await self._get("/calls", {"to": to, "after": after, "wait": wait})
        return _Calls.model_validate_json(body).calls

    async def call(self, sid: str, after: int, status: str, wait: float = 0) -> SeenCall:
        """One call, once it has more than `after` utterances or a status other than `status`."""
        params: Query = {"after": after, "status": status, "wait": wait}
        return SeenCall.model_validate_json(await self._get(f"/calls/{sid}", params))

    async def person(self, person: PersonRequest) -> None:
        await self._post("/people", person)

    async def faults(self, faults: FaultsRequest) -> None:
        await self._post("/faults", faults)

    async def call_in(self, number: str, tenant: str) -> SeenCall:
        """The person rings the tenant; what they say comes through `speak`."""
        body = await self._post("/calls", CallInRequest(number=number, tenant=tenant))
        return SeenCall.model_validate_json(body)

    async def answer(self, sid: str) -> None:
        await self._post(f"/calls/{sid}/answer")

    async def speak(self, sid: str, text: str) -> None:
        await self._post(f"/calls/{sid}/say", SpeakRequest(text=text))

    async def dtmf(self, sid: str, digits: str) -> None:
        await self._post(f"/calls/{sid}/dtmf", DtmfRequest(digits=digits))

    async def hang_up(self, sid: str) -> None:
        await self._post(f"/calls/{sid}/hangup")

    async def _get(self, path: str, params: Query) -> bytes:
        return (await self._http.get(path, params=params)).raise_for_status().content

    async def _post(self, path: str, body: BaseModel | None = None) -> bytes:
        content = body.model_dump_json(exclude_unset=True) if body else "{}"
        return (await self._http.post(path, content=content)).raise_for_status().content
