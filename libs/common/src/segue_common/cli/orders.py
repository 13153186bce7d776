"""Writes an operator's command to the control topic."""

import argparse
import asyncio
import uuid
from datetime import UTC, datetime

from segue_common.cli.conversation_source import (
    ConversationSource,
    conversation_id,
    events_of,
    fetch_conversation,
)
from segue_common.cli.errors import CommandError
from segue_common.cli.kafka_session import kafka_errors
from segue_common.events import Event, EventData, root_event
from segue_common.events.topics import CONTROL
from segue_common.runtime.kafka import make_producer
from segue_common.runtime.records import headers_of
from segue_common.runtime.settings import KafkaSettings, load
from segue_common.runtime.tracing import new_trace

SOURCE = "/segue/cli"


def add_common_arguments(parser: argparse.ArgumentParser) -> None:
    """What every command about a conversation takes."""
    parser.add_argument("conversation", type=conversation_id, metavar="CONVERSATION")
    parser.add_argument("--person", required=True, metavar="NAME", help="who you are")
    parser.add_argument("--tenant", help="looked up in the conversation where it isn't given")


def give_order(args: argparse.Namespace, data: EventData) -> Event[EventData]:
    """Write the command; returns once the broker has it."""
    settings = load(KafkaSettings)
    event = root_event(
        data,
        id=uuid.uuid4(),
        source=SOURCE,
        tenant=args.tenant or _tenant_of(args.conversation),
        conversation_id=args.conversation,
        time=datetime.now(UTC),
    )
    with kafka_errors(settings):
        asyncio.run(_send(settings, event))
    return event


def _tenant_of(conversation: uuid.UUID) -> str:
    events = events_of(fetch_conversation(load(ConversationSource), conversation))
    if not events:
        raise CommandError("the conversation has no events; give its tenant with --tenant")
    return events[0].tenant


async def _send(settings: KafkaSettings, event: Event[EventData]) -> None:
    async with make_producer(settings, "segue-cli") as producer:
        await producer.send_and_wait(
            CONTROL.name,
            key=str(event.subject).encode(),
            value=event.to_json(),
            headers=headers_of(new_trace()),
        )
