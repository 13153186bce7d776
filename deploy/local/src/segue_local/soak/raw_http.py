"""Signed webhooks over keep-alive connections with as little of our own work as possible."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from segue_local.simulator.signing import TWILIO_HEADER, sign_twilio


@dataclass(frozen=True)
class Answered:
    """An HTTP answer; `retry_after` in seconds where there is one."""

    status: int
    retry_after: float | None


def signed_request(url: str, token: str, form: Sequence[tuple[str, str]]) -> bytes:
    """The bytes of a POST as Twilio sends it."""
    parts = urlsplit(url)
    body = urlencode(form).encode()
    head = (
        f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        f"{TWILIO_HEADER}: {sign_twilio(token, url, form)}\r\n\r\n"
    )
    return head.encode() + body


class Connections:
    """So many connections to one place, each used by one request at a time."""

    def __init__(self, port: int, count: int) -> None:
        self._port = port
        self._count = count
        self._free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter] | None] = (
            asyncio.Queue()
        )

    async def __aenter__(self) -> "Connections":
        for _ in range(self._count):
            self._free.put_nowait(None)
        return self

    async def __aexit__(self, *_: object) -> None:
        while not self._free.empty():
            line = self._free.get_nowait()
            if line:
                line[1].close()

    async def send(self, request: bytes) -> Answered:
        """Status 0 where there was no answer. A kept connection may be closed by the other side
        at any moment, so what fails on one is sent once more on a new one."""
        line = await self._free.get()
        try:
            if line is not None:
                with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                    return await _ask(line, request)
                line[1].close()
            line = await asyncio.open_connection("127.0.0.1", self._port)
            return await _ask(line, request)
        except (OSError, asyncio.IncompleteReadError):
            line = None
            return Answered(0, None)
        finally:
            self._free.put_nowait(line)


async def _ask(line: tuple[asyncio.StreamReader, asyncio.StreamWriter], request: bytes) -> Answered:
    line[1].write(request)
    return await _read(line[0])


async def _read(reader: asyncio.StreamReader) -> Answered:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    fields = {
        name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])
    }
    await reader.readexactly(int(fields.get("content-length", "0")))
    wait = fields.get("retry-after")
    return Answered(int(head[0].split()[1]), float(wait) if wait else None)
