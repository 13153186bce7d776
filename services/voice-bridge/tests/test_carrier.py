"""The carrier's answers, told apart by what may be done about them."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from segue_common.tenants import Tenant
from segue_local.simulator import DEFAULT_ACCOUNT, DEFAULT_TOKEN, CarrierSimulator, RestFault
from segue_voice_bridge.adapters.errors import CarrierBusy, CarrierRefused, CarrierSilent
from segue_voice_bridge.adapters.twilio_calls import Carriers, TwilioCalls
from segue_voice_bridge.addresses import Addresses

CALL = UUID(int=1)
PHONE = "+12125550123"
NOBODY = "http://127.0.0.1:9"
TENANT = Tenant.model_validate(
    {
        "tenant": "acme",
        "name": "Acme",
        "time_zone": "America/New_York",
        "channels": {
            "twilio": {
                "account_sid": DEFAULT_ACCOUNT,
                "auth_token": DEFAULT_TOKEN,
                "voice_from": "+15005550006",
            }
        },
    }
)


@pytest.fixture
async def carrier() -> AsyncIterator[CarrierSimulator]:
    async with CarrierSimulator(system_url=NOBODY) as simulator:
        yield simulator


@pytest.fixture
async def account(carrier: CarrierSimulator) -> AsyncIterator[TwilioCalls]:
    carriers = Carriers({"acme": TENANT}, Addresses(NOBODY), carrier.url)
    yield carriers.of("acme")
    await carriers.close()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (RestFault(kind="rate_limit"), CarrierBusy),
        (RestFault(kind="error", status=503), CarrierBusy),
        (RestFault(kind="error", status=500), CarrierSilent),
        (RestFault(kind="error", status=502), CarrierSilent),
        (RestFault(kind="error", status=504), CarrierSilent),
        (RestFault(kind="lose_response"), CarrierSilent),
        (RestFault(kind="reject", code=21211), CarrierRefused),
    ],
)
async def test_only_a_carrier_that_has_surely_done_nothing_is_asked_to_ring_again(
    carrier: CarrierSimulator, account: TwilioCalls, fault: RestFault, error: type[Exception]
) -> None:
    """A failure of its own may come after the deed: then it has to be asked first."""
    carrier.fault(fault)
    with pytest.raises(error):
        await account.place(CALL, PHONE)
