"""The outgoing webhook: a contact's whole record, posted as signed JSON to the tenant's CRM.

`X-Segue-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body" under the tenant's secret>`.
`Idempotency-Key` is the same for every try of one revision of one contact.
"""

import asyncio
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit
from uuid import UUID

import httpx
from pydantic import SecretStr
from segue_common.events import derived_id
from segue_common.runtime.tracing import step

from segue_crm_sync.domain.record import Record
from segue_crm_sync.domain.retrying import parse_retry_after

DEADLINE_SECONDS = 10.0
# The CRM has this record already: it remembered the idempotency key.
ALREADY = 409
TOO_MANY = 429
TIMED_OUT = 408


@dataclass(frozen=True)
class Accepted:
    """The CRM has the record."""


@dataclass(frozen=True)
class Refused:
    """The CRM will not take this record, however often it is sent."""

    reason: str


@dataclass(frozen=True)
class Down:
    """The CRM can't take it now; `retry_after` is what it asked for."""

    reason: str
    retry_after: timedelta | None = None


Outcome = Accepted | Refused | Down


def check_url(url: str) -> str | None:
    """What is wrong with a webhook's address; None if nothing. Plain http is for loopback only."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "crm.url must be an https address"
    if parts.username or parts.password:
        return "crm.url must not hold a user or a password"
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        return "crm.url must start with https://"
    return None


def idempotency_key(contact_id: UUID, revision: int) -> str:
    """The same for every try of this revision."""
    return str(derived_id(contact_id, "segue.crm.webhook", revision))


def signature(secret: SecretStr, body: bytes, now: datetime) -> str:
    """The value of `X-Segue-Signature`."""
    stamp = int(now.timestamp())
    key = secret.get_secret_value().encode()
    digest = hmac.new(key, f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest}"


class Webhook:
    """Posts records; made once per process, closed with `aclose`."""

    def __init__(self) -> None:
        # Redirects aren't followed: the record would go to an address that nobody has checked.
        self._out = httpx.AsyncClient(follow_redirects=False, timeout=DEADLINE_SECONDS)
        self._loopback = httpx.AsyncClient(
            follow_redirects=False, timeout=DEADLINE_SECONDS, trust_env=False
        )

    async def send(self, url: str, secret: SecretStr, record: Record, now: datetime) -> Outcome:
        """Post the record; takes at most ten seconds."""
        if wrong := check_url(url):
            return Refused(wrong)
        body = record.model_dump_json().encode()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Segue",
            "X-Segue-Signature": signature(secret, body, now),
            "Idempotency-Key": idempotency_key(record.contact_id, record.revision),
        }
        client = self._loopback if _is_loopback(urlsplit(url).hostname or "") else self._out
        try:
            with step("CRM request", "client"):
                async with (
                    asyncio.timeout(DEADLINE_SECONDS),
                    client.stream("POST", url, content=body, headers=headers) as response,
                ):
                    return _outcome(response.status_code, response.headers.get("retry-after"), now)
        except (httpx.TransportError, TimeoutError) as error:
            return Down(type(error).__name__)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Refused(type(error).__name__)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._out.aclose()
        await self._loopback.aclose()


def _outcome(status: int, retry_after: str | None, now: datetime) -> Outcome:
    if 200 <= status < 300 or status == ALREADY:
        return Accepted()
    if status in (TOO_MANY, TIMED_OUT) or status >= 500:
        return Down(f"HTTP {status}", parse_retry_after(retry_after, now))
    return Refused(f"HTTP {status}")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
