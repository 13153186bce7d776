"""The carrier's answers, told apart by what may be done about them."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from pydantic import SecretStr
from segue_common.tenants import Tenant
from segue_local.simulator import DEFAULT_ACCOUNT, DEFAULT_TOKEN, CarrierSimulator, RestFault
from segue_voice_bridge.adapters.errors import CarrierBusy, CarrierRefused, CarrierSilent
from segue_voice_bridge.adapters.twilio_calls import Carriers, TwilioCalls
from segue_voice_bridge.addresses import Addresses
from segue_voice_bridge.domain.progress import OVER

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


async def test_a_call_is_found_by_its_number_and_by_when_it_was_made(account: TwilioCalls) -> None:
    before = datetime.now(UTC)
    placed = await account.place(CALL, PHONE)
    (found,) = await account.placed_since(PHONE, before)
    assert (found.provider_call_id, found.seconds) == (placed, None)
    assert await account.placed_since(PHONE, before + timedelta(hours=1)) == []
    assert await account.placed_since("+12125550199", before) == []
    assert (await account.fetch(placed)).created_at == found.created_at


async def test_a_call_that_is_over_may_be_ended_once_more(account: TwilioCalls) -> None:
    placed = await account.place(CALL, PHONE)
    await account.hang_up(placed)
    await account.hang_up(placed)
    assert (await account.fetch(placed)).status in OVER


async def test_a_wrong_token_is_a_refusal_with_the_carriers_code(carrier: CarrierSimulator) -> None:
    channel = TENANT.channels.twilio
    assert channel is not None
    wrong = TENANT.model_copy(
        update={
            "channels": TENANT.channels.model_copy(
                update={"twilio": channel.model_copy(update={"auth_token": SecretStr("wrong")})}
            )
        }
    )
    carriers = Carriers({"acme": wrong}, Addresses(NOBODY), carrier.url)
    with pytest.raises(CarrierRefused, match="20003"):
        await carriers.of("acme").place(CALL, PHONE)
    await carriers.close()
