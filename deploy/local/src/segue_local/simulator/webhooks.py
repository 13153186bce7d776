"""Posting to the system as a provider does: signed, pooled, retried, and as faulty as asked."""

import asyncio
import time
from collections import deque
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp

from segue_local.simulator.faults import FaultPlan
from segue_local.simulator.lines import Ingress
from segue_local.simulator.records import Moment, WebhookRecord
from segue_local.simulator.sids import new_sid
from segue_local.simulator.signing import TWILIO_HEADER, Form, sign_twilio

DEFAULT_TIMEOUT = 15.0  # Twilio's own limit for a webhook
DEFAULT_POOL = 200
KEPT_ATTEMPTS = 10_000


@dataclass(frozen=True)
class RetryPolicy:
    """No answer and 5xx are tried again, waiting `first`, then twice as long, up to `longest` s."""

    attempts: int = 6
    first: float = 0.2
    longest: float = 5.0

    def wait(self, attempt: int) -> float:
        return min(self.first * 2.0 ** (attempt - 1), self.longest)


ONCE = RetryPolicy(attempts=1)


@dataclass(frozen=True)
class Answer:
    """The system's last answer; `status` 0 means that there was none."""

    status: int
    body: str = ""
    attempts: int = 1

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


class WebhookPoster:
    """One connection pool to the system under test."""

    def __init__(self, ingress: Ingress, faults: FaultPlan, retry: RetryPolicy) -> None:
        self._ingress = ingress
        self._faults = faults
        self._retry = retry
        self._session: aiohttp.ClientSession | None = None
        self.attempts: deque[WebhookRecord] = deque(maxlen=KEPT_ATTEMPTS)

    async def open(self) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=DEFAULT_POOL),
            timeout=aiohttp.ClientTimeout(total=DEFAULT_TIMEOUT),
        )

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def post_form(
        self,
        url: str,
        form: Form,
        token: str,
        method: str = "POST",
        retry: RetryPolicy | None = None,
    ) -> Answer:
        """Signs with the account's token and posts a form, or asks with GET and a query."""
        if method.upper() == "GET":
            url = f"{url}{'&' if '?' in url else '?'}{urlencode(form)}"
            headers = {TWILIO_HEADER: sign_twilio(token, url)}
            return await self._deliver("GET", url, b"", headers, retry)
        headers = {
            TWILIO_HEADER: sign_twilio(token, url, form),
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        }
        return await self._deliver("POST", url, urlencode(form).encode(), headers, retry)

    async def post_bytes(
        self, url: str, body: bytes, headers: dict[str, str], retry: RetryPolicy | None = None
    ) -> Answer:
        return await self._deliver("POST", url, body, headers, retry)

    async def get(self, url: str) -> Answer:
        return await self._deliver("GET", url, b"", {}, ONCE)

    async def _deliver(
        self, method: str, url: str, body: bytes, headers: dict[str, str], retry: RetryPolicy | None
    ) -> Answer:
        headers = {
            **headers,
            "User-Agent": "TwilioProxy/1.1",
            "I-Twilio-Idempotency-Token": new_sid("IT"),
        }
        copies = 1 + self._faults.webhooks.duplicates
        answers = await asyncio.gather(
            *(
                self._persist(method, url, body, headers, retry or self._retry)
                for _ in range(copies)
            )
        )
        return answers[0]

    async def _persist(
        self, method: str, url: str, body: bytes, headers: dict[str, str], retry: RetryPolicy
    ) -> Answer:
        if wait := self._faults.webhooks.wait():
            await asyncio.sleep(wait)
        attempt = 1
        while True:
            answer = await self._attempt(method, url, body, headers, attempt)
            settled = answer.status and answer.status < 500
            if settled and not self._faults.webhooks.loses_this_answer():
                return answer
            if attempt >= retry.attempts:
                return answer
            await asyncio.sleep(retry.wait(attempt))
            attempt += 1

    async def _attempt(
        self, method: str, url: str, body: bytes, headers: dict[str, str], attempt: int
    ) -> Answer:
        if self._session is None:
            raise RuntimeError("the poster is not open")
        started = time.monotonic()
        try:
            async with self._session.request(
                method,
                self._ingress.connect_url(url),
                data=body or None,
                headers=headers,
                allow_redirects=False,
            ) as response:
                answer = Answer(response.status, await response.text(), attempt)
        except (aiohttp.ClientError, TimeoutError):
            answer = Answer(0, "", attempt)
        self.attempts.append(
            WebhookRecord(url, attempt, answer.status, Moment.now(), time.monotonic() - started)
        )
        return answer
