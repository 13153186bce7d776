"""Twilio's Calls resource: place, find, end and ask about a call."""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

import aiohttp
from segue_common.runtime.tracing import step
from segue_common.tenants import Tenant
from twilio.base.exceptions import TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client
from twilio.rest.api.v2010.account.call import CallInstance

from segue_voice_bridge.adapters.errors import CarrierBusy, CarrierRefused, CarrierSilent
from segue_voice_bridge.addresses import Addresses

# The carrier gives up ringing after this time.
RING_SECONDS = 30
ANSWER_SECONDS = 10.0
# The carrier's clock may differ from ours, and its times are in whole seconds.
CLOCK_SKEW = timedelta(seconds=30)
NOT_IN_PROGRESS = {21220, 20404}
# Twilio has done nothing when it answers so; other failures of its own may come after the deed.
NOTHING_DONE = {429, 503}
# A call shows in the list within a moment; asking too early would ring somebody twice, and this
# wait still lets the call out within the minute.
SETTLES = timedelta(seconds=10)
LISTED = 50

T = TypeVar("T")


@dataclass(frozen=True)
class CarrierCall:
    """A call as the carrier has it."""

    provider_call_id: str
    status: str
    seconds: int | None
    created_at: datetime | None


class TwilioCalls:
    """One tenant's account. Every method raises `CarrierBusy`, `CarrierRefused` or
    `CarrierSilent`; what became of a silent request, `placed_since` tells once it has settled."""

    def __init__(self, client: Client, tenant: Tenant, addresses: Addresses) -> None:
        self._client = client
        self._tenant = tenant
        self._addresses = addresses

    @property
    def _from(self) -> str:
        channel = self._tenant.channels.twilio
        if channel is None or channel.voice_from is None:
            raise CarrierRefused("no voice number")
        return channel.voice_from

    async def place(self, call_id: UUID, phone: str) -> str:
        """Ring a number; returns the carrier's ID of the call."""
        tenant, address = self._tenant.tenant, self._addresses.call
        call = await _answer(
            self._client.calls.create_async(
                to=phone,
                from_=self._from,
                url=address(tenant, call_id, "twiml"),
                status_callback=address(tenant, call_id, "status"),
                status_callback_event=["initiated", "ringing", "answered", "completed"],
                machine_detection="Enable",
                async_amd="true",
                async_amd_status_callback=address(tenant, call_id, "amd"),
                timeout=RING_SECONDS,
            )
        )
        return str(call.sid)

    async def placed_since(self, phone: str, since: datetime) -> list[CarrierCall]:
        """Calls from our number to this one that were made since then, newest first.

        The carrier's StartTime filter leaves out calls that still ring, so the time is
        compared here.
        """
        found = await _answer(
            self._client.calls.list_async(
                to=phone, from_=self._from, limit=LISTED, page_size=LISTED
            )
        )
        calls = [_seen(call) for call in found]
        return [
            call
            for call in calls
            if call.created_at is None or call.created_at >= since - CLOCK_SKEW
        ]

    async def hang_up(self, provider_call_id: str) -> None:
        """End a call, ringing or answered; one that is over already is fine."""
        try:
            await _answer(self._client.calls(provider_call_id).update_async(status="completed"))
        except CarrierRefused as refused:
            if refused.code not in NOT_IN_PROGRESS:
                raise

    async def fetch(self, provider_call_id: str) -> CarrierCall:
        """What became of a call."""
        return _seen(await _answer(self._client.calls(provider_call_id).fetch_async()))


class Carriers:
    """The accounts of all tenants over one connection pool."""

    def __init__(
        self, tenants: Mapping[str, Tenant], addresses: Addresses, api_base: str | None
    ) -> None:
        self._http = AsyncTwilioHttpClient(timeout=ANSWER_SECONDS)
        self._tenants = tenants
        self._addresses = addresses
        self._api_base = api_base
        self._accounts: dict[str, TwilioCalls] = {}

    def of(self, tenant_id: str) -> TwilioCalls:
        """The account of a tenant; raises `CarrierRefused` for one without an account."""
        if tenant_id not in self._accounts:
            tenant = self._tenants[tenant_id]
            channel = tenant.channels.twilio
            if channel is None:
                raise CarrierRefused("no account")
            client = Client(
                channel.account_sid,
                channel.auth_token.get_secret_value(),
                http_client=self._http,
            )
            if self._api_base:
                client.api.base_url = self._api_base.rstrip("/")
            self._accounts[tenant_id] = TwilioCalls(client, tenant, self._addresses)
        return self._accounts[tenant_id]

    async def close(self) -> None:
        await self._http.close()


async def _answer(request: Awaitable[T]) -> T:
    """The carrier's answer, or an error that says whether it may be tried again."""
    try:
        with step("carrier request", "client"):
            async with asyncio.timeout(ANSWER_SECONDS):
                return await request
    except TwilioRestException as error:
        if error.status in NOTHING_DONE:
            raise CarrierBusy(str(error.code or error.status)) from error
        if error.status == 408 or error.status >= 500:
            raise CarrierSilent(str(error.code or error.status)) from error
        raise CarrierRefused(str(error.code or error.status), error.code) from error
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        raise CarrierSilent(type(error).__name__) from error


def _seen(call: CallInstance) -> CarrierCall:
    duration = call.duration
    return CarrierCall(
        provider_call_id=str(call.sid),
        status=str(call.status),
        seconds=int(duration) if duration else None,
        created_at=call.date_created or call.start_time,
    )
