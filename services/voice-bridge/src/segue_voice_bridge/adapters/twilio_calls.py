"""Twilio's Calls resource: place, find, end and ask about a call."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Annotated, TypeVar
from uuid import UUID

import aiohttp
from pydantic import BaseModel, BeforeValidator, Field, ValidationError
from segue_common.tenants import Tenant

from segue_voice_bridge.adapters.errors import CarrierRefused, CarrierSilent
from segue_voice_bridge.adapters.twilio_api import TwilioAccount
from segue_voice_bridge.addresses import Addresses

# The carrier gives up ringing after this time.
RING_SECONDS = 30
# The carrier's clock may differ from ours, and its times are in whole seconds.
CLOCK_SKEW = timedelta(seconds=30)
NOT_IN_PROGRESS = {21220, 20404}
# A call shows in the list within a moment; asking too early would ring somebody twice, and this
# wait still lets the call out within the minute.
SETTLES = timedelta(seconds=10)
LISTED = 50


def _rfc2822(value: object) -> object:
    return parsedate_to_datetime(value) if isinstance(value, str) else value


Moment = Annotated[datetime | None, BeforeValidator(_rfc2822)]


class CarrierCall(BaseModel):
    """A call as the carrier has it."""

    provider_call_id: str = Field(alias="sid")
    status: str
    # Nothing before its end.
    seconds: Annotated[int | None, BeforeValidator(lambda value: value or None)] = Field(
        default=None, alias="duration"
    )
    date_created: Moment = None
    start_time: Moment = None

    @property
    def created_at(self) -> datetime | None:
        return self.date_created or self.start_time


class _Page(BaseModel):
    calls: list[CarrierCall]


Answer = TypeVar("Answer", bound=BaseModel)


class TwilioCalls:
    """One tenant's calls. Every method raises `CarrierBusy`, `CarrierRefused` or
    `CarrierSilent`; what became of a silent request, `placed_since` tells once it has settled."""

    def __init__(self, account: TwilioAccount, tenant: Tenant, addresses: Addresses) -> None:
        self._account = account
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
        body = await self._account.post(
            "Calls.json",
            {
                "To": phone,
                "From": self._from,
                "Url": address(tenant, call_id, "twiml"),
                "StatusCallback": address(tenant, call_id, "status"),
                "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
                "MachineDetection": "Enable",
                "AsyncAmd": "true",
                "AsyncAmdStatusCallback": address(tenant, call_id, "amd"),
                "Timeout": str(RING_SECONDS),
            },
        )
        return _read(CarrierCall, body).provider_call_id

    async def placed_since(self, phone: str, since: datetime) -> list[CarrierCall]:
        """Calls from our number to this one that were made since then, newest first.

        The carrier's StartTime filter leaves out calls that still ring, so the time is
        compared here.
        """
        query = {"To": phone, "From": self._from, "PageSize": str(LISTED)}
        page = _read(_Page, await self._account.get("Calls.json", query))
        return [
            call
            for call in page.calls
            if call.created_at is None or call.created_at >= since - CLOCK_SKEW
        ]

    async def hang_up(self, provider_call_id: str) -> None:
        """End a call, ringing or answered; one that is over already is fine."""
        try:
            await self._account.post(f"Calls/{provider_call_id}.json", {"Status": "completed"})
        except CarrierRefused as refused:
            if refused.code not in NOT_IN_PROGRESS:
                raise

    async def fetch(self, provider_call_id: str) -> CarrierCall:
        """What became of a call."""
        return _read(CarrierCall, await self._account.get(f"Calls/{provider_call_id}.json"))


class Carriers:
    """The accounts of all tenants over one connection pool."""

    def __init__(
        self, tenants: Mapping[str, Tenant], addresses: Addresses, api_base: str | None
    ) -> None:
        self._session = aiohttp.ClientSession()
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
            account = TwilioAccount(
                self._session, self._api_base, channel.account_sid, channel.auth_token
            )
            self._accounts[tenant_id] = TwilioCalls(account, tenant, self._addresses)
        return self._accounts[tenant_id]

    async def close(self) -> None:
        await self._session.close()


def _read(kind: type[Answer], body: bytes) -> Answer:
    """The answer; one that can't be read leaves open what was done."""
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        raise CarrierSilent("an answer that can't be read") from error
