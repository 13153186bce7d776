"""Posts signed webhooks as the provider does, over kept-alive connections of its own."""

import asyncio
import secrets
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from segue_local.simulator import DEFAULT_ACCOUNT, DEFAULT_TOKEN
from segue_local.simulator.signing import TWILIO_HEADER, sign_twilio

OUR_NUMBER = "+15005550006"
# Uvicorn closes a connection that was idle for five seconds.
KEPT_SECONDS = 3.0
PATH = "/v1/{tenant}/twilio/messages"


@dataclass(frozen=True)
class Posted:
    """When a webhook was sent and answered, in nanoseconds, and how."""

    sent: int
    answered: int
    status: int
    body: bytes

    @property
    def milliseconds(self) -> float:
        return (self.answered - self.sent) / 1e6


class Provider:
    """At most `lines` requests at once to one base URL; the rest wait their turn.

    `signed_as` is the outside base URL, where another process stands behind it.
    """

    def __init__(self, url: str, lines: int = 64, signed_as: str | None = None) -> None:
        self._url = signed_as or url
        host, _, port = url.removeprefix("http://").partition(":")
        self._place = (host, int(port))
        self._free: asyncio.LifoQueue[_Line | None] = asyncio.LifoQueue()
        for _ in range(lines):
            self._free.put_nowait(None)

    async def says(self, number: str, text: str, tenant: str = "bench") -> Posted:
        """A WhatsApp message from this number."""
        sid = "SM" + secrets.token_hex(16)
        form = {
            "MessageSid": sid, "SmsMessageSid": sid, "SmsSid": sid, "SmsStatus": "received",
            "AccountSid": DEFAULT_ACCOUNT, "From": f"whatsapp:{number}",
            "To": f"whatsapp:{OUR_NUMBER}", "Body": text, "NumMedia": "0", "NumSegments": "1",
            "ApiVersion": "2010-04-01", "MessageType": "text", "WaId": number.lstrip("+"),
        }  # fmt: skip
        return await self.post(PATH.format(tenant=tenant), form)

    async def post(self, path: str, form: dict[str, str]) -> Posted:
        """One signed form."""
        body = urlencode(form).encode()
        signature = sign_twilio(DEFAULT_TOKEN, self._url + path, form.items())
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {self._place[0]}:{self._place[1]}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"{TWILIO_HEADER}: {signature}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        line = await self._free.get()
        try:
            if line is None or line.is_stale():
                line = _Line(*await asyncio.open_connection(*self._place))
            sent = time.monotonic_ns()
            status, answer = await line.exchange(head.encode() + body)
            return Posted(sent, time.monotonic_ns(), status, answer)
        except BaseException:
            if line is not None:
                line.writer.close()
            line = None
            raise
        finally:
            self._free.put_nowait(line)

    def close(self) -> None:
        while not self._free.empty():
            if line := self._free.get_nowait():
                line.writer.close()


@dataclass
class _Line:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    used: float = field(default_factory=time.monotonic)

    def is_stale(self) -> bool:
        if time.monotonic() - self.used < KEPT_SECONDS:
            return False
        self.writer.close()
        return True

    async def exchange(self, request: bytes) -> tuple[int, bytes]:
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = 0
        for header in head.split(b"\r\n")[1:]:
            name, _, value = header.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        body = await self.reader.readexactly(length)
        self.used = time.monotonic()
        return int(head.split(b" ", 2)[1]), body
