"""Puts the voice bridge together."""

from segue_common.events import (
    BookingRefused,
    ConsentChanged,
    EventData,
    LanguageChanged,
    LeadQualified,
    LeadUpdated,
    MeetingBooked,
    MeetingCancelled,
    MeetingMoved,
    OptOutChanged,
    OwnershipChanged,
    SlotsOffered,
    Topic,
)
from segue_common.events.topics import BOOKINGS, CONTROL, LEADS
from segue_common.runtime.service import Definition, Platform
from segue_common.runtime.settings import load
from segue_dialogue.model import open_model
from segue_dialogue.understanding import warm_up
from starlette.routing import BaseRoute, WebSocketRoute

from segue_voice_bridge.adapters.ingest import open_ingest
from segue_voice_bridge.adapters.twilio_calls import Carriers
from segue_voice_bridge.adapters.wake_ups import WakeUps
from segue_voice_bridge.addresses import Addresses
from segue_voice_bridge.domain import orders
from segue_voice_bridge.domain.agent import hear
from segue_voice_bridge.domain.agent.rehearsal import rehearse
from segue_voice_bridge.handler import Handler
from segue_voice_bridge.live.floor import Floor
from segue_voice_bridge.live.live_call import Pace
from segue_voice_bridge.live.relay import Relay
from segue_voice_bridge.live.write_behind import WriteBehind
from segue_voice_bridge.ring import Dialler
from segue_voice_bridge.settings import VoiceSettings
from segue_voice_bridge.webhooks import Webhooks

HANDLES: dict[Topic, frozenset[type[EventData]]] = {
    LEADS: frozenset({LeadQualified, LeadUpdated}),
    CONTROL: frozenset({OwnershipChanged, OptOutChanged, ConsentChanged, LanguageChanged}),
    BOOKINGS: frozenset(
        {SlotsOffered, BookingRefused, MeetingBooked, MeetingMoved, MeetingCancelled}
    ),
}


async def build(platform: Platform) -> Definition:
    """Wire the handler, the jobs, the webhooks and the sockets."""
    settings = load(VoiceSettings)
    _warm_up(platform)
    addresses = Addresses(settings.voice_public_url or platform.settings.public_url)
    carriers = Carriers(platform.tenants, addresses, settings.twilio_api_base)
    platform.resources.push_async_callback(carriers.close)
    ingest = await platform.resources.enter_async_context(
        open_ingest(settings.ingest_url, platform.settings.internal_token)
    )
    floor, writing = Floor(), WriteBehind()
    platform.resources.push_async_callback(writing.drain)
    wake_ups = WakeUps(platform.redis, floor.wake)
    dialler = Dialler(platform.service, platform.pool, platform.tenants, carriers, platform.clock)
    webhooks = Webhooks(
        platform.pool, platform.tenants, addresses, ingest, floor, writing, platform.clock
    )
    model = open_model(lambda: platform.redis, platform.clock)
    if model is not None:
        platform.resources.push_async_callback(model.aclose)
    relay = Relay(
        platform.pool, platform.tenants, addresses, hear, floor, writing, platform.clock, Pace(),
        model,
    )  # fmt: skip
    return Definition(
        handler=Handler(platform.tenants, wake_ups),
        handles=HANDLES,
        runners={
            orders.RING: dialler.ring,
            orders.HANG_UP: dialler.hang_up,
            orders.INQUIRE: dialler.inquire,
        },
        routes=_routes(webhooks, relay),
        on_processor=writing.use,
        background=(writing.run, wake_ups.listen),
    )


def _warm_up(platform: Platform) -> None:
    """Take the time that first things take before there is anybody on the phone."""
    warm_up(platform.languages)
    for tenant in platform.tenants.values():
        for language in {tenant.languages.default, "en"}:
            rehearse(tenant, language, platform.clock())


def _routes(webhooks: Webhooks, relay: Relay) -> list[BaseRoute]:
    socket = WebSocketRoute("/v1/{tenant}/twilio/relay/{call:uuid}", relay.serve)
    return [*webhooks.routes(), socket]
