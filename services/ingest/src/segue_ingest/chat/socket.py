"""One widget's socket: takes what the lead says, and sends what is numbered above its last."""

import asyncio
import logging

from segue_common.runtime.processor import TRANSIENT
from starlette.websockets import WebSocket, WebSocketDisconnect

from segue_ingest import metrics
from segue_ingest.chat import frames
from segue_ingest.chat.desk import ChatDesk, NotTaken, TooMuch
from segue_ingest.chat.hub import Listener
from segue_ingest.domain.sessions import Session
from segue_ingest.store import web_messages

log = logging.getLogger(__name__)

# A widget that works sends none; a stuck one must not keep the server busy.
MOST_REFUSED_FRAMES = 50
FLOODING = 1008
AGAIN_SECONDS = 1.0
RETRY_AFTER_SECONDS = 3


class ChatSocket:
    """An accepted socket of a session; `run` returns when it is over."""

    def __init__(self, socket: WebSocket, session: Session, desk: ChatDesk, after: int) -> None:
        self._socket = socket
        self._session = session
        self._desk = desk
        self._listener: Listener = desk.hub.join(session.conversation_id, after)
        self._sending = asyncio.Lock()
        self._refused = 0
        self._owner = ""

    async def run(self) -> None:
        metrics.SOCKETS.inc()
        tasks = {asyncio.create_task(self._read()), asyncio.create_task(self._write())}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._desk.hub.leave(self._listener)
            for task in tasks:
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
            metrics.SOCKETS.dec()
        for end in ends:
            # A line that drops is the ordinary end of a socket.
            if isinstance(end, Exception) and not isinstance(
                end, WebSocketDisconnect | RuntimeError
            ):
                log.error("a chat socket failed", exc_info=end)

    async def _send(self, frame: frames.Frame) -> None:
        async with self._sending:
            await self._socket.send_json(frame)

    async def _read(self) -> None:
        while self._refused < MOST_REFUSED_FRAMES:
            received = await self._socket.receive()
            if received["type"] == "websocket.disconnect":
                return
            await self._take(received.get("text"))
        await self._socket.close(FLOODING, "too many frames that can't be taken")

    async def _take(self, text: str | None) -> None:
        try:
            if text is None:
                raise frames.BadFrame(400, "Frames are JSON text.")
            frame = frames.read(text)
        except frames.BadFrame as bad:
            await self._refuse(bad.status, bad.detail, bad.client_id)
            return
        if isinstance(frame, frames.Say):
            await self._say(frame)
        else:
            await self._send(frames.status(self._session.conversation_id, self._owner or "agent"))

    async def _say(self, frame: frames.Say) -> None:
        """The ack follows the broker's; without it the widget keeps the message and sends again."""
        try:
            message_id = await self._desk.say(self._session, frame)
        except TooMuch as error:
            detail = "Too many messages; wait a moment."
            await self._refuse(429, detail, frame.client_id, error.seconds)
        except NotTaken:
            await self._refuse(500, "Something went wrong on our side.", frame.client_id)
        except TRANSIENT as error:
            log.warning("a chat message can't be taken now", exc_info=error)
            metrics.SAID.labels("unavailable").inc()
            detail = "A server that is needed is away; send the message again."
            await self._send(
                frames.error(
                    503, detail, client_id=frame.client_id, retry_after=RETRY_AFTER_SECONDS
                )
            )
        else:
            metrics.SAID.labels("taken").inc()
            await self._send(frames.ack(frame.client_id, message_id))
            if self._owner == "agent":
                await self._send(frames.typing())

    async def _refuse(
        self, status: int, detail: str, client_id: str | None, retry_after: int | None = None
    ) -> None:
        self._refused += 1
        metrics.SAID.labels("refused").inc()
        await self._send(frames.error(status, detail, client_id=client_id, retry_after=retry_after))

    async def _write(self) -> None:
        while True:
            self._listener.wake.clear()
            try:
                more = await self._send_news()
            except TRANSIENT as error:
                log.warning("a chat can't be read now", exc_info=error)
                await asyncio.sleep(AGAIN_SECONDS)
                continue
            if not more:
                await self._listener.wake.wait()

    async def _send_news(self) -> bool:
        """Send what is new; returns whether there is more."""
        await self._send_owner()
        page = await web_messages.after(
            self._desk.pool, self._session.conversation_id, self._listener.last
        )
        for item in page:
            await self._send(frames.message(item))
            self._listener.last = item.number
        handed = [item.message_id for item in page if item.role != "lead"]
        await self._desk.handed_over.note(self._session.tenant, handed)
        return len(page) == web_messages.PAGE

    async def _send_owner(self) -> None:
        owner = (await self._desk.fences.read(self._session.conversation_id)).owner
        if owner != self._owner:
            self._owner = owner
            await self._send(frames.status(self._session.conversation_id, owner))
