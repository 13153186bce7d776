"""Show how the declared topics stand on the broker, and create those that are missing."""

import argparse
import asyncio

from segue_common.cli.kafka_session import kafka_errors
from segue_common.runtime.provision import TopicState, create_topics, inspect_topics
from segue_common.runtime.settings import KafkaSettings, load


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--apply", action="store_true", help="create what is missing")


def run(args: argparse.Namespace) -> int:
    """Exit 0 when every topic stands as declared, else 1."""
    settings = load(KafkaSettings)
    with kafka_errors(settings):
        if args.apply:
            for topic in asyncio.run(create_topics(settings)):
                print(f"created {topic.name}")
        states = asyncio.run(inspect_topics(settings))
    for state in states:
        print(_line(state))
    return 0 if all(state.exists and not state.differences for state in states) else 1


def _line(state: TopicState) -> str:
    topic = state.topic
    stands = "; ".join(state.differences) or "as declared" if state.exists else "missing"
    plural = "" if topic.partitions == 1 else "s"
    size = f"{topic.partitions} partition{plural}, {topic.retention_days} days"
    return f"{topic.name:34}{size:24}{stands}"
