"""A minimal HTTP/1.1 server protocol: as cheap as possible, so that it is never the bottleneck."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import cast

import httptools

Answer = tuple[int, bytes, str]
# Given the path and the body; the second callable takes the answer, now or later.
Handler = Callable[[str, bytes, Callable[[Answer], None]], None]


class HttpProtocol(asyncio.Protocol):
    """One connection; requests on it are answered in order, as clients here don't pipeline."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpRequestParser(self)
        self._url = b""
        self._body: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports only look like asyncio's.
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_begin(self) -> None:
        self._url, self._body = b"", []

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        self._handler(self._url.decode(), b"".join(self._body), self._answer)

    def _answer(self, answer: Answer) -> None:
        status, body, kind = answer
        head = (
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"
            f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(head.encode() + body)
