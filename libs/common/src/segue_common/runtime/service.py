"""Runs one service: its consumers, its jobs and its HTTP side, from start to clean stop."""

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

import uvicorn
import uvloop
from faststream.kafka import KafkaBroker
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from segue_common.decisions import TIMER
from segue_common.events import EventData, Topic
from segue_common.runtime import database, jobs, memory, tracing
from segue_common.runtime.clock import Clock, system_clock
from segue_common.runtime.consumer import TopicConsumer
from segue_common.runtime.dead_letters import DeadLetters
from segue_common.runtime.health import Check, health_routes
from segue_common.runtime.housekeeping import Housekeeping
from segue_common.runtime.jobs import JobRunner
from segue_common.runtime.kafka import broker_security, make_producer
from segue_common.runtime.listening import listening_sockets
from segue_common.runtime.logs import configure_logging
from segue_common.runtime.outbox import Publisher
from segue_common.runtime.problems import exception_handlers
from segue_common.runtime.processor import Handler, Processor
from segue_common.runtime.producer import Producer
from segue_common.runtime.settings import (
    ConfigurationError,
    KafkaSettings,
    PostgresSettings,
    Settings,
    load,
    service_port,
)
from segue_common.runtime.trace_requests import TraceRequests
from segue_common.runtime.worker import Worker
from segue_common.tenants import Tenant, TenantError, load_tenants

if TYPE_CHECKING:
    from redis.asyncio import Redis

log = logging.getLogger(__name__)

# Nobody sees an entry of a timeline or of another system come so much later.
PATIENCE_SECONDS = 0.05
# FastStream starts a task anew whose error it knows: only what stays away is gone.
DEAD_LOOKS = 3
# A handler in hand at shutdown gets this long; what it doesn't finish is handled again.
GRACE_SECONDS = 15.0


@dataclass(frozen=True)
class Platform:
    """What a service is given: its servers, its settings and its tenants."""

    service: str
    settings: Settings
    kafka: KafkaSettings
    pool: database.Pool
    producer: Producer
    tenants: Mapping[str, Tenant]
    clock: Clock
    # Closed in reverse order when the service stops.
    resources: AsyncExitStack

    @property
    def languages(self) -> frozenset[str]:
        """Those that any of the tenants counts on."""
        return frozenset().union(*(one.languages.expected for one in self.tenants.values()))

    @cached_property
    def redis(self) -> "Redis":
        """A client of Valkey or Redis, made and imported only where it is used: it is large."""
        from redis.asyncio import Redis

        client: Redis = Redis.from_url(self.settings.redis_url.get_secret_value())
        self.resources.push_async_callback(client.aclose)
        return client


@dataclass(frozen=True)
class Definition:
    """What makes a service: what it reads, how it handles it, its jobs and its routes."""

    handler: Handler
    handles: Mapping[Topic, frozenset[type[EventData]]]
    # Of these topics nobody waits for what follows: they are taken in larger batches, a bit later.
    unhurried: Collection[Topic] = ()
    runners: Mapping[str, JobRunner] = field(default_factory=dict)
    routes: Sequence[BaseRoute] = ()
    # Around everything, the tracing of requests too: for who answers much that costs little.
    middleware: Sequence[Middleware] = ()
    # Called with the processor once it exists, for services whose HTTP side handles events.
    on_processor: Callable[[Processor], None] | None = None
    # Tasks that run as long as the service does.
    background: Sequence[Callable[[], Awaitable[None]]] = ()
    # What must hold, besides the servers' answers, before the service can do its work.
    ready: Mapping[str, Check] = field(default_factory=dict)


Build = Callable[[Platform], Awaitable[Definition]]


@asynccontextmanager
async def open_platform(service: str, clock: Clock = system_clock) -> AsyncIterator[Platform]:
    """Connect to everything a service needs, as the environment says."""
    settings, kafka = load(Settings), load(KafkaSettings)
    postgres = load(PostgresSettings)
    tenants = load_tenants(settings.tenants)
    async with AsyncExitStack() as stack:
        pool = database.make_pool(
            postgres.dsn.get_secret_value(), service, connections=postgres.connections
        )
        stack.push_async_callback(pool.close)
        await pool.open()
        producer = make_producer(kafka, f"segue-{service}")
        await producer.start()
        stack.push_async_callback(producer.stop)
        resources = await stack.enter_async_context(AsyncExitStack())
        yield Platform(service, settings, kafka, pool, producer, tenants, clock, resources)


class Running:
    """A service that has been put together and started."""

    def __init__(self, platform: Platform, definition: Definition) -> None:
        service = platform.service
        dead_letters = DeadLetters(service, platform.producer, platform.clock)
        publisher = Publisher(service, platform.pool, platform.producer, dead_letters)
        self.processor = Processor(
            service, platform.pool, publisher, definition.handler, platform.clock
        )
        self.worker = Worker(
            self.processor,
            platform.pool,
            {TIMER: jobs.ring_timer, **definition.runners},
            platform.clock,
            slots=platform.settings.job_slots,
            lease_seconds=platform.settings.job_lease_seconds,
        )
        self.broker = KafkaBroker(
            platform.kafka.bootstrap, security=broker_security(platform.kafka),
            client_id=f"segue-{service}", graceful_timeout=GRACE_SECONDS, logger=None,
        )  # fmt: skip
        self.consumers = [
            TopicConsumer(
                service,
                topic,
                handled,
                self.processor,
                dead_letters,
                platform.settings.batch_records,
                PATIENCE_SECONDS if topic in definition.unhurried else 0.0,
            )
            for topic, handled in definition.handles.items()
        ]
        self.housekeeping = Housekeeping(service, platform.pool, publisher, self.consumers)
        self._definition = definition
        self._started = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        for consumer in self.consumers:
            consumer.subscribe(self.broker)
        # Before anything is consumed: a handler may rely on what was given the processor.
        if self._definition.on_processor:
            self._definition.on_processor(self.processor)
        await self.broker.start()
        for work in (self.worker.run, self.housekeeping.run, *self._definition.background):
            self._tasks.append(asyncio.ensure_future(work()))
        self._started.set()

    async def stop(self) -> None:
        """Take nothing new, finish what is in hand, and leave the rest to whoever comes next."""
        await self.broker.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE_SECONDS):
                await self.worker.drain()
                await self.processor.drain()

    async def die(self) -> str:
        """Returns once the process can't go on: what has ended, in words. Whoever started it starts
        another, which is more than anything here could do for it."""
        await self._started.wait()
        looks = 0
        while looks < DEAD_LOOKS:
            await asyncio.sleep(1.0)
            ended = [one.topic.name for one in self.consumers if not one.is_running()]
            tasks = await self.working()
            looks = looks + 1 if ended or tasks else 0
        return tasks or f"nobody reads {', '.join(ended)} any more"

    async def consuming(self) -> str | None:
        dead = [consumer.topic.name for consumer in self.consumers if not consumer.is_alive()]
        return f"not consuming: {', '.join(dead)}" if dead else None

    async def working(self) -> str | None:
        ended = [task for task in self._tasks if task.done()]
        return "a background task has ended" if ended else None

    async def reading(self) -> str | None:
        return "; ".join(filter(None, (consumer.trouble() for consumer in self.consumers))) or None

    async def assigned(self) -> str | None:
        waiting = [c.topic.name for c in self.consumers if not c.is_assigned()]
        return f"not yet in the consumer group: {', '.join(waiting)}" if waiting else None


def make_app(platform: Platform, definition: Definition, running: Running) -> Starlette:
    """The HTTP side of a service; its lifespan starts and stops the rest."""

    async def database_answers() -> str | None:
        async with platform.pool.connection() as conn:
            await conn.execute("SELECT 1")
        return None

    async def broker_answers() -> str | None:
        await platform.producer.answers()
        return None

    async def everything_gets_out() -> str | None:
        return platform.producer.trouble()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await running.start()
        memory.settle()
        yield
        await running.stop()

    live = {"consumers": running.consuming, "tasks": running.working}
    ready = {
        "postgres": database_answers, "kafka": broker_answers, "group": running.assigned,
        "reading": running.reading, "publishing": everything_gets_out, **definition.ready,
    }  # fmt: skip
    return Starlette(
        routes=[*definition.routes, *health_routes(live, ready)],
        lifespan=lifespan,
        middleware=[*definition.middleware, Middleware(TraceRequests)],
        exception_handlers=exception_handlers(),  # type: ignore[arg-type]  # typed too narrowly
    )


async def _serve(service: str, build: Build) -> bool:
    """Serve until a signal comes; false when it could not be started or has come to its end."""
    async with open_platform(service) as platform:
        definition = await build(platform)
        running = Running(platform, definition)
        app = make_app(platform, definition, running)
        config = uvicorn.Config(
            app, host=platform.settings.bind, port=service_port(service), log_config=None,
            access_log=False, timeout_graceful_shutdown=5, ws_ping_interval=20.0,
            ws_ping_timeout=20.0, server_header=False,
        )  # fmt: skip
        server = _Server(config)
        dying = asyncio.create_task(_die(server, running))
        await server.serve(listening_sockets(config))
        return server.started and dying.cancel()


async def _die(server: uvicorn.Server, running: Running) -> None:
    """Stop serving when nothing is consumed or done any more, as if a signal had come."""
    log.error("the process ends: %s", await running.die())
    server.should_exit = True


class _Server(uvicorn.Server):
    """Uvicorn raises the signal that stopped it once more; a clean stop should end with 0."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield


def run_service(service: str, build: Build, migrations: Traversable | None = None) -> int:
    """The whole life of a service process; returns its exit code."""
    configure_logging(service, os.environ.get("SEGUE_LOG_LEVEL", "INFO"))
    try:
        dsn = load(PostgresSettings).dsn.get_secret_value()
        database.migrate(dsn, service, migrations)
        tracing.configure(service)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return 0 if runner.run(_serve(service, build)) else 1
    except (ConfigurationError, TenantError, database.MigrationError) as error:
        log.error("%s", error)
        return 2
    finally:
        tracing.shutdown()
