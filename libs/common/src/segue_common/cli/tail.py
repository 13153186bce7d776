"""Print events as they come, decoded, one line each, personal data masked unless asked."""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator
from uuid import UUID

from segue_common.cli.kafka_session import Onlooker, StoredRecord, kafka_errors, look_on
from segue_common.cli.record_lines import json_line, text_line
from segue_common.cli.topic_names import find_topics
from segue_common.runtime.settings import KafkaSettings, load


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "topics", nargs="*", metavar="TOPIC", help="in full or short (leads); all by default"
    )
    parser.add_argument("--conversation", metavar="ID", help="only this one (its start is enough)")
    parser.add_argument("--from-beginning", action="store_true", help="begin with what is there")
    parser.add_argument("--until-now", action="store_true", help="print what is there, and end")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--show-pii", action="store_true", help="show personal data")


def run(args: argparse.Namespace) -> int:
    settings = load(KafkaSettings)
    with kafka_errors(settings):
        asyncio.run(_tail(args, settings))
    return 0


async def _tail(args: argparse.Namespace, settings: KafkaSettings) -> None:
    line_of = json_line if args.json else text_line
    wanted = _key_start(args.conversation)
    async with look_on(settings, find_topics(args.topics)) as onlooker:
        async for record in _records(args, onlooker):
            if (record.key or b"").startswith(wanted):
                print(line_of(record, show_pii=args.show_pii), flush=True)


async def _records(args: argparse.Namespace, onlooker: Onlooker) -> AsyncIterator[StoredRecord]:
    if args.from_beginning or args.until_now:
        async for record in onlooker.backlog():
            yield record
    else:
        await onlooker.skip_to_end()
    if args.until_now:
        return
    print("-- waiting for events; Ctrl-C ends this", file=sys.stderr, flush=True)
    async for record in onlooker.live():
        yield record


def _key_start(conversation: str | None) -> bytes:
    """The start of the keys that are wanted; a whole ID in any of its spellings."""
    if conversation is None:
        return b""
    try:
        return str(UUID(conversation)).encode()
    except ValueError:
        return conversation.lower().encode()
