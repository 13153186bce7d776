"""Asks the router for what operators want to see."""

import aiohttp
from pydantic import SecretStr

DEADLINE_SECONDS = 10.0


class RouterAway(Exception):
    """The router doesn't answer."""


class RouterClient:
    """The router's HTTP side, as another service sees it."""

    def __init__(self, url: str, token: SecretStr | None) -> None:
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token.get_secret_value()}"} if token else {}
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=DEADLINE_SECONDS))

    async def close(self) -> None:
        await self._session.close()

    async def conversation(self, conversation_id: str, query: str) -> tuple[int, bytes, str]:
        """Status, body and content type of the router's answer; raises `RouterAway`."""
        url = f"{self._url}/v1/conversations/{conversation_id}{f'?{query}' if query else ''}"
        try:
            async with self._session.get(url, headers=self._headers) as response:
                return response.status, await response.read(), response.content_type
        except (aiohttp.ClientError, TimeoutError) as error:
            raise RouterAway(type(error).__name__) from error
