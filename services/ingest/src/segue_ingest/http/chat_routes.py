"""The widget's routes: sessions and the socket."""

from pydantic import BaseModel, ValidationError
from segue_common.runtime.problems import Problem, problem_response
from segue_common.webhooks.requests import read_body, tenant_of
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from segue_ingest.chat.desk import ChatDesk
from segue_ingest.chat.socket import ChatSocket
from segue_ingest.domain.sessions import Session
from segue_ingest.http.callers import caller_of
from segue_ingest.http.origins import check_origin, preflight, share_with
from segue_ingest.intake import needed_servers
from segue_ingest.store import web_messages

MOST_BYTES = 16 * 1024
PATH = "/v1/{tenant}/chat"


class _Wish(BaseModel):
    """A visitor's request: the token of the former session, if there was one."""

    token: str | None = None


class ChatRoutes:
    """Sessions are open to every visitor of the tenant's sites; a socket takes a token."""

    def __init__(self, desk: ChatDesk, public_url: str) -> None:
        self._desk = desk
        self._public_url = public_url

    def routes(self) -> list[Route | WebSocketRoute]:
        return [
            Route(f"{PATH}/sessions", self.open, methods=["POST", "OPTIONS"]),
            WebSocketRoute(PATH, self.talk),
        ]

    async def open(self, request: Request) -> Response:
        """`{"conversation_id", "token", "messages_after"}`: the last is the number of the latest
        message so far, so `after=messages_after` shows what is new and `after=0` everything."""
        tenant = tenant_of(request, self._desk.tenants)
        origin = check_origin(request, tenant, self._public_url)
        if request.method == "OPTIONS":
            return preflight(origin)
        try:
            return share_with(await self._open(request, tenant.tenant), origin)
        except Problem as problem:
            return share_with(problem_response(problem), origin)

    async def _open(self, request: Request, tenant: str) -> Response:
        most = self._desk.settings.chat_sessions_per_minute
        now = self._desk.clock()
        if wait := await self._desk.limits.wait("session", caller_of(request), most, now):
            raise Problem(429, "Too many chats from this address.", retry_after=str(wait))
        wish = _parse(await read_body(request, MOST_BYTES))
        with needed_servers():
            session, token = await self._desk.open(tenant, wish.token)
            conversation_id = session.conversation_id
            last = await web_messages.last_numbers(self._desk.pool, [conversation_id])
        body = {
            "conversation_id": str(conversation_id),
            "token": token,
            "messages_after": last.get(conversation_id, 0),
        }
        return JSONResponse(body, headers={"Cache-Control": "no-store"})

    async def talk(self, socket: WebSocket) -> None:
        """A refused socket is told why in the answer to its upgrade request."""
        try:
            session, after = self._admit(socket)
        except Problem as problem:
            await socket.send_denial_response(problem_response(problem))
            return
        await socket.accept()
        await ChatSocket(socket, session, self._desk, after).run()

    def _admit(self, socket: WebSocket) -> tuple[Session, int]:
        tenant = tenant_of(socket, self._desk.tenants)
        check_origin(socket, tenant, self._public_url)
        session = self._desk.session_of(socket.query_params.get("token", ""), tenant.tenant)
        if session is None:
            raise Problem(403, "The token is not valid, or no longer; open a new session.")
        after = socket.query_params.get("after", "0")
        if not (after.isascii() and after.isdigit() and len(after) < 10):
            raise Problem(422, "after must be the number of a message.", field="after")
        return session, int(after)


def _parse(body: bytes) -> _Wish:
    if not body.strip():
        return _Wish()
    try:
        return _Wish.model_validate_json(body)
    except ValidationError as error:
        raise Problem(400, "The body must be a JSON object, or empty.") from error
