"""Print a whole conversation: chat and call, scores with reasons, decisions, in order."""

import argparse
import json

from segue_common.cli.conversation_source import (
    ConversationSource,
    conversation_id,
    events_of,
    fetch_conversation,
)
from segue_common.cli.record_lines import event_json
from segue_common.cli.rendering import start_of, timeline_lines
from segue_common.runtime.settings import load


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("conversation", type=conversation_id, metavar="CONVERSATION")
    parser.add_argument("--json", action="store_true", help="one event a line, as JSON")
    parser.add_argument("--all", action="store_true", help="every step of a delivery too")
    parser.add_argument("--show-pii", action="store_true", help="show personal data")


def run(args: argparse.Namespace) -> int:
    events = events_of(fetch_conversation(load(ConversationSource), args.conversation))
    if args.json:
        for event in events:
            print(json.dumps(event_json(event, show_pii=args.show_pii), ensure_ascii=False))
        return 0
    if start := start_of(events):
        print(f"{args.conversation} of {events[0].tenant}, from {start:%Y-%m-%d %H:%M:%S %Z}")
    for line in timeline_lines(events, show_pii=args.show_pii, everything=args.all):
        print(line)
    return 0
