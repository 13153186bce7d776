"""An account at Twilio's REST API: its requests, and what their failures leave to be done.

Twilio's own client does the same, for all of Twilio: importing what it needs for calls takes
12 MB and 300 modules.
"""

import asyncio
from collections.abc import Mapping, Sequence

import aiohttp
from pydantic import BaseModel, SecretStr, ValidationError
from segue_common.runtime.tracing import step

from segue_voice_bridge.adapters.errors import CarrierBusy, CarrierRefused, CarrierSilent

API = "https://api.twilio.com"
VERSION = "2010-04-01"
ANSWER_SECONDS = 10.0
# Twilio has done nothing when it answers so; other failures of its own may come after the deed.
NOTHING_DONE = {429, 503}

# A value that stands several times is a list.
Form = Mapping[str, str | Sequence[str]]


class TwilioAccount:
    """Requests raise `CarrierBusy`, `CarrierRefused` or `CarrierSilent`; paths are relative to
    the account."""

    def __init__(
        self, session: aiohttp.ClientSession, base: str | None, sid: str, token: SecretStr
    ) -> None:
        self._session = session
        self._url = f"{(base or API).rstrip('/')}/{VERSION}/Accounts/{sid}"
        self._headers = {
            "Accept": "application/json",
            "Authorization": aiohttp.encode_basic_auth(sid, token.get_secret_value()),
        }

    async def get(self, path: str, query: Mapping[str, str] | None = None) -> bytes:
        return await self._ask("GET", path, params=query)

    async def post(self, path: str, form: Form) -> bytes:
        return await self._ask("POST", path, data=_pairs(form))

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        data: list[tuple[str, str]] | None = None,
    ) -> bytes:
        """The body of the answer."""
        try:
            with step("carrier request", "client"):
                async with (
                    asyncio.timeout(ANSWER_SECONDS),
                    self._session.request(
                        method, f"{self._url}/{path}", params=params, data=data,
                        headers=self._headers, allow_redirects=False,
                    ) as response,
                ):  # fmt: skip
                    status, body = response.status, await response.read()
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise CarrierSilent(type(error).__name__) from error
        if status >= 300:
            raise _failure(status, body)
        return body


class _Error(BaseModel):
    """What the body of an error says: https://www.twilio.com/docs/usage/twilios-response."""

    code: int | None = None


def _failure(status: int, body: bytes) -> Exception:
    try:
        code = _Error.model_validate_json(body).code or status
    except ValidationError:
        code = status
    if status in NOTHING_DONE:
        return CarrierBusy(str(code))
    if status == 408 or status >= 500:
        return CarrierSilent(str(code))
    return CarrierRefused(str(code), code)


def _pairs(form: Form) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, values in form.items()
        for value in ([values] if isinstance(values, str) else values)
    ]
