"""Asks ingest who is calling: the number's conversation and contact."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import aiohttp
from pydantic import BaseModel, SecretStr, ValidationError
from segue_common.events import Contact

ANSWER_SECONDS = 3.0


class IngestUnavailable(Exception):
    """Ingest didn't say who is calling."""


class NumberWithheld(Exception):
    """The caller can't be known by what the carrier shows of their number."""


class Caller(BaseModel):
    """Whose conversation a call belongs to."""

    conversation_id: UUID
    contact: Contact


class Ingest:
    def __init__(self, session: aiohttp.ClientSession, url: str, token: SecretStr | None) -> None:
        self._session = session
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token.get_secret_value()}"} if token else {}

    async def who_is(self, tenant: str, phone: str) -> Caller:
        """The open conversation of a number, or a new one; raises `NumberWithheld` where what the
        carrier gave is nobody's number, and `IngestUnavailable`."""
        try:
            async with self._session.post(
                f"{self._url}/internal/v1/{tenant}/conversations",
                json={"channel": "voice", "address": phone},
                headers=self._headers,
            ) as response:
                if response.status == 422:
                    raise NumberWithheld
                if response.status >= 300:
                    raise IngestUnavailable(f"HTTP {response.status}")
                return Caller.model_validate_json(await response.read())
        except (aiohttp.ClientError, TimeoutError, ValidationError) as error:
            raise IngestUnavailable(type(error).__name__) from error


@asynccontextmanager
async def open_ingest(url: str, token: SecretStr | None) -> AsyncIterator[Ingest]:
    timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        yield Ingest(session, url, token)
