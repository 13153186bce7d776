"""Puts ingest together."""

import asyncio
import time
from datetime import timedelta

from segue_common.events import (
    OptOutChanged,
    OwnershipChanged,
    SendRequested,
    topics,
)
from segue_common.runtime.database import Pool
from segue_common.runtime.dead_letters import DeadLetters
from segue_common.runtime.processor import TRANSIENT
from segue_common.runtime.service import Definition, Platform
from segue_common.runtime.settings import load
from starlette.middleware import Middleware

from segue_ingest.adapters.account_gate import AccountGate
from segue_ingest.adapters.best_effort import BestEffort
from segue_ingest.adapters.carrier import Carrier
from segue_ingest.adapters.identity_cache import IdentityCache
from segue_ingest.adapters.meta_cloud import MetaCloud
from segue_ingest.adapters.router_client import RouterClient
from segue_ingest.adapters.twilio_messages import TwilioMessages
from segue_ingest.admission import Admission
from segue_ingest.chat.announcing import Announcer
from segue_ingest.chat.delivered import HandedOver
from segue_ingest.chat.desk import ChatDesk
from segue_ingest.chat.hub import Hub
from segue_ingest.chat.rate_limit import RateLimit
from segue_ingest.delivering import KIND, Courier
from segue_ingest.handler import IngestHandler
from segue_ingest.http.chat_routes import ChatRoutes
from segue_ingest.http.forms import Forms
from segue_ingest.http.gate import Gate
from segue_ingest.http.messages_in import MessageDesk
from segue_ingest.http.meta_webhooks import BODIES, MetaWebhooks
from segue_ingest.http.operators import Operators
from segue_ingest.http.twilio_webhooks import MESSAGES, STATUS_PATH, TwilioWebhooks
from segue_ingest.http.widget import Widget
from segue_ingest.intake import Intake, LateProcessor
from segue_ingest.outbound import Outbound
from segue_ingest.reports import ReportDesk
from segue_ingest.settings import IngestSettings
from segue_ingest.store import early_reports
from segue_ingest.store.fences import Fences
from segue_ingest.whois import WhoIsWho

PRUNE_SECONDS = 3600.0


async def build(platform: Platform) -> Definition:
    """The composition root."""
    settings = load(IngestSettings)
    pool, clock, tenants = platform.pool, platform.clock, platform.tenants
    fences = Fences(pool)
    public_url = platform.settings.public_url.rstrip("/")
    valkey = BestEffort(platform.redis)
    who_is_who = WhoIsWho(pool, IdentityCache(valkey))
    processor = LateProcessor()
    reports = ReportDesk(pool, processor, clock)
    hub, handed_over = Hub(pool, platform.redis, valkey), HandedOver(reports)
    announcer, limits = Announcer(hub, valkey), RateLimit(valkey)
    intake = Intake(platform.producer)
    admission = Admission(most_seconds=settings.intake_seconds, at_once=settings.intake_at_once)
    messages = MessageDesk(who_is_who, intake, admission, clock)
    desk = ChatDesk(
        pool,
        fences,
        hub,
        limits,
        handed_over,
        who_is_who,
        processor,
        tenants,
        settings,
        clock,
    )
    router = RouterClient(settings.router_url, platform.settings.internal_token)
    platform.resources.push_async_callback(router.close)
    courier = Courier(
        pool, fences, _carriers(platform, settings, public_url),
        AccountGate(time.monotonic), clock,
        timedelta(seconds=settings.delivery_give_up_seconds),
    )  # fmt: skip
    dead_letters = DeadLetters(platform.service, platform.producer, clock)
    forms = Forms(
        tenants, who_is_who, intake, limits, clock,
        per_minute=settings.forms_per_minute, public_url=public_url,
    )  # fmt: skip
    operators = Operators(
        tenants, who_is_who, router,
        operator_token=platform.settings.operator_token,
        internal_token=platform.settings.internal_token,
    )  # fmt: skip
    return Definition(
        handler=IngestHandler(Outbound(tenants, announcer), announcer),
        handles={
            topics.OUTBOUND: frozenset({SendRequested}),
            topics.CONTROL: frozenset({OwnershipChanged, OptOutChanged}),
        },
        runners={KIND: courier.deliver},
        routes=[
            *TwilioWebhooks(tenants, public_url, messages, reports).routes(),
            *MetaWebhooks(tenants, messages, reports, dead_letters).routes(),
            *Widget(tenants).routes(),
            *ChatRoutes(desk, public_url).routes(),
            *forms.routes(),
            *operators.routes(),
        ],
        middleware=[Middleware(Gate, admission, tenants, (MESSAGES, BODIES))],
        on_processor=processor.set,
        background=[
            hub.listen,
            hub.sweep,
            handed_over.run,
            lambda: admission.watch(platform.kafka),
            lambda: _prune(pool),
        ],
    )


def _carriers(
    platform: Platform, settings: IngestSettings, public_url: str
) -> dict[tuple[str, str], Carrier]:
    """Every tenant's accounts, by tenant and provider."""
    carriers: dict[tuple[str, str], Carrier] = {}
    for name, tenant in platform.tenants.items():
        if tenant.channels.twilio:
            callback = public_url + STATUS_PATH.format(tenant=name)
            twilio = TwilioMessages(tenant.channels.twilio, settings.twilio_api_base, callback)
            platform.resources.push_async_callback(twilio.close)
            carriers[name, twilio.provider] = twilio
        if tenant.channels.meta:
            meta = MetaCloud(name, tenant.channels.meta, settings.meta_api_base, platform.pool)
            platform.resources.push_async_callback(meta.close)
            carriers[name, meta.provider] = meta
    return carriers


async def _prune(pool: Pool) -> None:
    while True:
        try:
            await early_reports.prune(pool)
        except TRANSIENT:
            await asyncio.sleep(1.0)
            continue
        await asyncio.sleep(PRUNE_SECONDS)
