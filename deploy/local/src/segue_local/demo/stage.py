"""The whole demo: a warm-up, the lead who books in the chat, and the one who is rung."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from segue_common.cli.rendering import event_lines, is_routine, start_of
from segue_common.events import Event, EventData, TurnRequest
from segue_common.runtime.settings import KafkaSettings, load

from segue_local.demo import report
from segue_local.demo.people import Writer, booker, caller
from segue_local.demo.play import Outcome, Play
from segue_local.demo.watch import Watch, watching
from segue_local.simulator.control_client import ControlClient
from segue_local.simulator.control_models import SayRequest

WARM_UP_SECONDS = 30.0


@dataclass(frozen=True)
class Stage:
    """Where the demo plays, against which tenant, and how it is shown."""

    tenant: str
    simulator_url: str
    as_json: bool = False


async def perform(stage: Stage, say: Callable[[str], None] = print) -> list[Outcome]:
    """Play both leads and tell what happens as it does."""
    tell: Callable[[str], None] = (lambda _: None) if stage.as_json else say
    async with AsyncExitStack() as stack:
        control = await stack.enter_async_context(ControlClient(stage.simulator_url))
        watch = await stack.enter_async_context(watching(load(KafkaSettings)))
        await _warm_up(stage, control)
        outcomes = []
        for title, writer in _cast():
            tell(f"\n{title}\n")
            play = Play(stage.tenant, writer, control, watch)
            async with _told(play, watch, tell):
                outcomes.append(await play.run())
    tell("")
    for outcome in outcomes:
        for line in report.lines(outcome):
            tell(line)
    if stage.as_json:
        say(json.dumps([report.summary(outcome) for outcome in outcomes], indent=2))
    return outcomes


def _cast() -> Iterator[tuple[str, Writer]]:
    """Numbers that nobody has, new for every play, so that it is always a first contact."""
    line = random.randrange(10_000_000, 99_990_000)
    yield (
        "Rosa writes on WhatsApp, qualifies, and books in the chat.",
        booker(f"+1917{line % 10_000_000:07}"),
    )
    yield (
        "Marcus writes on WhatsApp, is rung, and books on the call.",
        caller(f"+1646{(line + 1) % 10_000_000:07}"),
    )


async def _warm_up(stage: Stage, control: ControlClient) -> None:
    """One exchange that nobody counts: caches fill, consumers have their partitions."""
    number = f"+1718{random.randrange(2_000_000, 9_999_999)}"
    await control.say(number, SayRequest(text="hello", tenant=stage.tenant, channel="whatsapp"))
    await control.messages(f"whatsapp:{number}", wait=WARM_UP_SECONDS)


@asynccontextmanager
async def _told(play: Play, watch: Watch, tell: Callable[[str], None]) -> AsyncIterator[None]:
    """Tell the timeline of the play as it happens."""
    done = asyncio.Event()
    task = asyncio.create_task(_tell_timeline(play, watch, tell, done))
    try:
        yield
    finally:
        done.set()
        await task


async def _tell_timeline(
    play: Play, watch: Watch, tell: Callable[[str], None], done: asyncio.Event
) -> None:
    told = 0
    while True:
        last_round = done.is_set()
        conversation = play.outcome.conversation_id
        events = watch.of(conversation) if conversation else []
        for event in events[told:]:
            for line in _lines(event, events):
                tell(line)
        told = len(events)
        if last_round:
            return
        await watch.until(lambda: True if done.is_set() else None, 0.2)


def _lines(event: Event[EventData], events: list[Event[EventData]]) -> list[str]:
    since = start_of(events)
    if since is None or is_routine(event) or isinstance(event.data, TurnRequest):
        return []
    # The people of the demo are made up, so their words may be shown.
    return event_lines(event, since, show_pii=True)
