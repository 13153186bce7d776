"""One whole system for all tests: real servers, every service, the carrier simulator."""

import random
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import pytest
from collector import Collector, collecting
from segue_common.cli.rendering import timeline_lines
from segue_common.events import Event, EventData
from segue_common.runtime.settings import SERVICE_PORTS, KafkaSettings
from segue_local.demo.watch import Watch, watching
from segue_local.simulator.control_client import ControlClient, SeenCall, SeenMessage
from segue_local.simulator.control_models import PersonRequest, SayRequest
from segue_local.soak.cluster import free_ports
from segue_local.system import Options, System

TENANT = "acme-dental"
DEADLINE = 45.0
POLLS = 3
E = TypeVar("E", bound=EventData)


@pytest.fixture(scope="session")
def collector() -> Iterator[Collector]:
    """Takes the traces of the system under test."""
    with collecting() as opened:
        yield opened


@pytest.fixture(scope="session")
def running_system(
    tmp_path_factory: pytest.TempPathFactory, collector: Collector
) -> Iterator[System]:
    """Everything up, with servers and ports of its own."""
    state: Path = tmp_path_factory.mktemp("system")
    names = [*SERVICE_PORTS, "simulator"]
    ports = dict(zip(names, free_ports(len(names)), strict=True))
    environment = {
        # A killed worker's jobs are taken up again after this long; the tests kill many.
        "SEGUE_JOB_LEASE_SECONDS": "6",
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        "OTEL_BSP_SCHEDULE_DELAY": "200",
    }
    with System(Options(state, durable=False, ports=ports, environment=environment)) as running:
        yield running


@pytest.fixture
def system(running_system: System) -> System:
    """Everything up and ready, also after a test that left a process dead."""
    for process in running_system.processes.values():
        if process.pid is None:
            process.start()
    running_system.wait_ready()
    return running_system


@pytest.fixture
async def watch(system: System) -> AsyncIterator[Watch]:
    """Every event from now on."""
    async with watching(
        KafkaSettings(bootstrap=system.environment["SEGUE_KAFKA_BOOTSTRAP"])
    ) as watch:
        yield watch


@pytest.fixture
async def control(system: System) -> AsyncIterator[ControlClient]:
    async with ControlClient(system.processes["simulator"].url) as client:
        yield client


class Lead:
    """A person with a number of their own, and what the test may ask about their conversation."""

    def __init__(
        self, control: ControlClient, watch: Watch, *, channel: str = "whatsapp", name: str = ""
    ) -> None:
        self.number = f"+1212{random.randrange(2_000_000, 9_999_999)}"
        self.name = name
        self.channel = channel
        self._control = control
        self._watch = watch
        self._conversation: UUID | None = None
        self._read = 0

    @property
    def address(self) -> str:
        return f"whatsapp:{self.number}" if self.channel == "whatsapp" else self.number

    async def picks_up(self, **script: object) -> None:
        """How they behave on the phone."""
        await self._control.person(PersonRequest.model_validate({"number": self.number, **script}))

    async def says(self, text: str, sid: str | None = None, **fields: object) -> int:
        """Write; returns the HTTP status that the provider got. `fields` are further ones of the
        provider's message, as with a picture."""
        said = SayRequest.model_validate(
            {
                "text": text, "tenant": TENANT, "channel": self.channel, "name": self.name,
                "sid": sid, "fields": fields,
            }
        )  # fmt: skip
        return await self._control.say(self.number, said)

    async def reads(self) -> str:
        """The next message that comes."""
        news: list[SeenMessage] = []
        for _ in range(POLLS):
            news = news or await self._control.messages(self.address, self._read, DEADLINE / POLLS)
        assert news, f"no answer came:\n{self.story()}"
        self._read = news[0].order
        return news[0].body

    async def asks(self, text: str) -> str:
        """Write and read the answer."""
        assert await self.says(text) == 200
        return await self.reads()

    async def messages(self) -> list[SeenMessage]:
        return await self._control.messages(self.address)

    async def calls(self) -> list[SeenCall]:
        return await self._control.calls(self.number)

    async def conversation(self) -> UUID:
        if self._conversation is None:
            self._conversation = await self._watch.conversation_with(self.number, DEADLINE)
        assert self._conversation, "their message reached no conversation"
        return self._conversation

    async def events(self) -> list[Event[EventData]]:
        return self._watch.of(await self.conversation())

    async def all(self, kind: type[E]) -> list[E]:
        return [event.data for event in await self.events() if isinstance(event.data, kind)]

    async def sees(self, kind: type[E], fits: Callable[[E], bool] = lambda _: True) -> E:
        """Wait for an event of this conversation."""
        conversation = await self.conversation()

        def found() -> E | None:
            data = (event.data for event in self._watch.of(conversation))
            return next((one for one in data if isinstance(one, kind) and fits(one)), None)

        result = await self._watch.until(found, DEADLINE)
        assert result is not None, f"no {kind.__name__} came:\n{self.story()}"
        return result

    def story(self) -> str:
        """What happened, for a failed test to show."""
        events = self._watch.of(self._conversation) if self._conversation else []
        return "\n".join(timeline_lines(events, show_pii=True, everything=True))


NewLead = Callable[..., Lead]


@pytest.fixture
def new_lead(control: ControlClient, watch: Watch) -> NewLead:
    """Makes people who write on WhatsApp, or by SMS with `channel="sms"`."""

    def make(**fields: str) -> Lead:
        return Lead(control, watch, **fields)  # type: ignore[arg-type]

    return make
