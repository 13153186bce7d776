"""Carrier, CRM and model on one port, a tap on what they get on another: `bench.stand_ins`.

The carrier simulator checks and remembers everything, which costs more than what is measured; this
one only accepts messages and calls and says so on the tap, one line each: nanoseconds of the
machine's monotonic clock, `message`, `call` or `crm`, the number, the carrier's ID of it, and a
call's URL.
"""

import argparse
import asyncio
import json
import secrets
import signal
import sys
import time
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs, urlsplit

import uvloop

from bench.stand_ins.http import Answer, HttpProtocol

JSON = "application/json"


class StandIns:
    """Answers everything at once, but for the CRM and the model, which have delays."""

    def __init__(self) -> None:
        self._taps: set[asyncio.StreamWriter] = set()
        self._crm_seconds = 0.0
        self._model_seconds = 0.0

    def handle(self, url: str, body: bytes, answer: Callable[[Answer], None]) -> None:
        parts = urlsplit(url)
        if not body and "/Accounts/" in parts.path:
            answer((200, _asked(parts.path), JSON))
        elif parts.path.endswith("/Messages.json"):
            answer(self._created(body, "message", "SM", "queued"))
        elif parts.path.endswith("/Calls.json"):
            answer(self._created(body, "call", "CA", "queued"))
        elif parts.path == "/crm":
            self._tell("crm", "-", "-", "-")
            self._later(self._crm_seconds, lambda: answer((200, b"{}", JSON)))
        elif parts.path.endswith("/chat/completions"):
            words = _stream() if json.loads(body).get("stream") else _completion()
            self._later(self._model_seconds, lambda: answer(words))
        elif parts.path == "/delays":
            wanted = parse_qs(parts.query)
            self._crm_seconds = float(wanted.get("crm", ["0"])[0])
            self._model_seconds = float(wanted.get("model", ["0"])[0])
            answer((200, b"{}", JSON))
        else:
            answer((404, b"{}", JSON))

    async def tap(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._taps.add(writer)

    def _created(self, body: bytes, kind: str, prefix: str, status: str) -> Answer:
        form = parse_qs(body.decode())
        to = form["To"][0]
        sid = prefix + secrets.token_hex(16)
        self._tell(kind, to, sid, form.get("Url", ["-"])[0])
        made = {"sid": sid, "status": status, "to": to, "from": form["From"][0]}
        return 201, json.dumps(made).encode(), JSON

    def _tell(self, kind: str, number: str, sid: str, url: str) -> None:
        line = f"{time.monotonic_ns()} {kind} {number} {sid} {url}\n".encode()
        for writer in [*self._taps]:
            if writer.is_closing():
                self._taps.discard(writer)
            else:
                writer.write(line)

    def _later(self, seconds: float, then: Callable[[], None]) -> None:
        asyncio.get_running_loop().call_later(seconds, then)


def _asked(path: str) -> bytes:
    """Lists are empty: nothing is remembered. A call that is asked after is over."""
    last = path.rpartition("/")[2]
    if last in ("Messages.json", "Calls.json"):
        key = last.removesuffix(".json").lower()
        return json.dumps({key: [], "page": 0, "page_size": 50, "next_page_uri": None}).encode()
    return json.dumps({"sid": last.removesuffix(".json"), "status": "completed"}).encode()


def _completion() -> Answer:
    """A model that proposes nothing: what it says is fixed, what it costs is the delay."""
    proposal = {"reply": "", "facts": [], "intent": "other", "wants_human": False}
    choice = {"message": {"role": "assistant", "content": json.dumps(proposal)}}
    return 200, _chunk("chat.completion", choice | {"finish_reason": "stop"}).encode(), JSON


def _stream() -> Answer:
    """A model on a call, whose words come all at once after its delay."""
    said = {"delta": {"content": json.dumps({"reply": "Of course.", "meant": None})}}
    ended = {"delta": {}, "finish_reason": "stop"}
    chunks = [_chunk("chat.completion.chunk", choice) for choice in (said, ended)]
    body = "".join(f"data: {chunk}\n\n" for chunk in [*chunks, "[DONE]"])
    return 200, body.encode(), "text/event-stream"


def _chunk(kind: str, choice: Mapping[str, object]) -> str:
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    return json.dumps(
        {
            "id": "stub", "object": kind, "created": 0, "model": "stub", "usage": usage,
            "choices": [{"index": 0, "finish_reason": None, **choice}],
        }
    )  # fmt: skip


async def serve(port: int, tap_port: int) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    stand_ins = StandIns()
    http = await loop.create_server(lambda: HttpProtocol(stand_ins.handle), "127.0.0.1", port)
    tap = await asyncio.start_server(stand_ins.tap, "127.0.0.1", tap_port)
    await stop.wait()
    http.close()
    tap.close()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.stand_ins")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--tap-port", type=int, required=True)
    args = parser.parse_args()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(args.port, args.tap_port))
    return 0


if __name__ == "__main__":
    sys.exit(main())
