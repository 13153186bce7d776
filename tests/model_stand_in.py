"""A language model's stand-in: an HTTP server that speaks the chat-completions protocol."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

CHUNK = 7


@dataclass(frozen=True)
class Answer:
    """One answer: JSON of a value or a text as it is; `status` and `wait` for bad days.

    `breaks_after` ends a stream after so many chunks; `wait` seconds pass before each of them.
    """

    value: object
    status: int = 200
    wait: float = 0.0
    finish: str = "stop"
    breaks_after: int | None = None
    prompt_tokens: int = 100
    completion_tokens: int = 20

    @property
    def text(self) -> str:
        return self.value if isinstance(self.value, str) else json.dumps(self.value)

    @property
    def usage(self) -> dict[str, int]:
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "total_tokens": self.prompt_tokens + self.completion_tokens,
        }


@dataclass
class StandIn:
    """Gives `answers` in turn, the last for ever, and keeps what it was asked."""

    url: str
    answers: list[Answer] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)

    def next(self, request: dict[str, Any]) -> Answer:
        self.asked.append(request)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def model_stand_in(*answers: Answer) -> Iterator[StandIn]:
    """A server on a free port of loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    stand_in = StandIn(f"http://127.0.0.1:{server.server_address[1]}/v1", list(answers))
    _Handler.served[server.server_address[1]] = stand_in
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield stand_in
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    # A connection for each answer: over a kept one a server that is gone would go on answering.
    protocol_version = "HTTP/1.0"
    served: ClassVar[dict[int, StandIn]] = {}

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length", "0"))
        request = json.loads(self.rfile.read(length))
        if self.path != "/v1/chat/completions" or not self.headers["authorization"]:
            self._send(404, {"error": {"message": "no such thing"}})
            return
        answer = self.served[self.server.server_address[1]].next(request)  # type: ignore[index,misc]
        try:
            if answer.status != 200:
                time.sleep(answer.wait)
                self._send(answer.status, {"error": {"message": answer.text}})
            elif request.get("stream"):
                self._stream(answer, request["model"])
            else:
                time.sleep(answer.wait)
                self._send(200, _completion(answer, request["model"]))
        except OSError:
            # Whoever asked has gone, as one does after a deadline.
            self.close_connection = True

    def _send(self, status: int, body: object) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _stream(self, answer: Answer, model: str) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        self.close_connection = True
        for number, at in enumerate(range(0, len(answer.text), CHUNK)):
            if number == answer.breaks_after:
                return
            time.sleep(answer.wait)
            self._event(_chunk(model, {"content": answer.text[at : at + CHUNK]}, None))
        self._event(_chunk(model, {}, answer.finish))
        self._event({**_chunk(model, {}, None), "choices": [], "usage": answer.usage})
        self.wfile.write(b"data: [DONE]\n\n")

    def _event(self, value: object) -> None:
        self.wfile.write(f"data: {json.dumps(value)}\n\n".encode())
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: what was said is nobody's business."""


def _completion(answer: Answer, model: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": answer.text}
    return {
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": model,
        "choices": [{"index": 0, "finish_reason": answer.finish, "message": message}],
        "usage": answer.usage,
    }  # fmt: skip


def _chunk(model: str, delta: dict[str, str], finish: str | None) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": model,
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }  # fmt: skip
