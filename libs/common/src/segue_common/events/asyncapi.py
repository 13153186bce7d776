"""The AsyncAPI 3.0 document of the contract, generated from its classes and topics.

`python -m segue_common.events.asyncapi docs/asyncapi.json` writes it; with `--check` it only
says whether the file is up to date.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from pydantic.json_schema import JsonSchemaValue, models_json_schema

from segue_common.events import topics
from segue_common.events.envelope import CONTENT_TYPE, Event, EventData, event_types
from segue_common.events.topics import ALL_TOPICS, Topic

REFERENCE = "#/components/schemas/{model}"
ENVELOPE = "Envelope"
BINDING_VERSION = "0.5.0"

# Who reads and writes which topic. What is read is compared with the services' code by a test.
RECEIVES: dict[str, tuple[Topic, ...]] = {
    "ingest": (topics.OUTBOUND, topics.CONTROL),
    "router": (
        topics.INBOUND, topics.REPLIES, topics.CONTROL, topics.CALLS, topics.BOOKINGS,
        topics.DELIVERY, topics.LEADS, topics.CRM,
    ),
    "qualifier": (topics.TURNS_SALES, topics.CALLS, topics.BOOKINGS, topics.REPLIES),
    "booking": (topics.TURNS_BOOKING, topics.BOOKING_COMMANDS),
    "support": (topics.TURNS_SUPPORT,),
    "voice-bridge": (topics.LEADS, topics.CONTROL, topics.BOOKINGS),
    "crm-sync": (topics.LEADS, topics.CALLS, topics.BOOKINGS),
}  # fmt: skip
SENDS: dict[str, tuple[Topic, ...]] = {
    "ingest": (topics.INBOUND, topics.DELIVERY),
    "router": (
        topics.TURNS_SALES, topics.TURNS_BOOKING, topics.TURNS_SUPPORT, topics.OUTBOUND,
        topics.CONTROL,
    ),
    "qualifier": (topics.REPLIES, topics.LEADS),
    "booking": (topics.REPLIES, topics.BOOKINGS),
    "support": (topics.REPLIES,),
    "voice-bridge": (topics.CALLS, topics.BOOKING_COMMANDS),
    "crm-sync": (topics.CRM,),
    "operator": (topics.CONTROL,),
}  # fmt: skip


def document() -> dict[str, object]:
    """The whole document, always the same for the same contract."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Segue",
            "version": "1",
            "description": "Every event that crosses a Kafka topic: CloudEvents 1.0, structured "
            "JSON, keyed by the conversation ID. A schema with `x-personal` holds personal data.",
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {topic.name: _channel(topic) for topic in ALL_TOPICS},
        "operations": dict(_operations()),
        "components": {"messages": dict(_messages()), "schemas": _schemas()},
    }


def text() -> str:
    """The document as the file holds it."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def _types_of(topic: Topic) -> list[str]:
    own = topic.name.removesuffix(".dlq")
    return sorted(
        name for name, data in event_types().items() if data.TOPIC and data.TOPIC.name == own
    )


def _channel(topic: Topic) -> dict[str, object]:
    return {
        "address": topic.name,
        "description": topic.purpose,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in _types_of(topic)},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": {
                    "cleanup.policy": topic.settings["cleanup.policy"].split(","),
                    "retention.ms": int(topic.settings["retention.ms"]),
                    "max.message.bytes": int(topic.settings["max.message.bytes"]),
                },
                "bindingVersion": BINDING_VERSION,
            }
        },
    }


def _operations() -> Iterator[tuple[str, object]]:
    for action, table in (("receive", RECEIVES), ("send", SENDS)):
        for service, used in table.items():
            for topic in used:
                short = topic.name.removeprefix("segue.")
                yield (
                    f"{service}.{action}.{short}",
                    {
                        "action": action,
                        "channel": {"$ref": f"#/channels/{topic.name}"},
                        "tags": [{"name": service}],
                    },
                )


def _messages() -> Iterator[tuple[str, object]]:
    for name, data in sorted(event_types().items()):
        own = {"type": {"const": name}, "data": {"$ref": REFERENCE.format(model=data.__name__)}}
        yield (
            name,
            {
                "name": name,
                "title": data.__name__,
                "summary": " ".join((data.__doc__ or "").split("\n\n")[0].split()),
                "contentType": CONTENT_TYPE,
                "payload": {
                    "allOf": [
                        {"$ref": REFERENCE.format(model=ENVELOPE)},
                        {"type": "object", "properties": own, "required": ["type", "data"]},
                    ]
                },
                "bindings": {
                    "kafka": {
                        "key": {"type": "string", "format": "uuid"},
                        "bindingVersion": BINDING_VERSION,
                    }
                },
            },
        )


def _schemas() -> dict[str, JsonSchemaValue]:
    payloads = [(data, "validation") for _, data in sorted(event_types().items())]
    _, shared = models_json_schema(payloads, ref_template=REFERENCE)  # type: ignore[arg-type]
    return {ENVELOPE: _envelope(), **shared["$defs"]}


def _envelope() -> JsonSchemaValue:
    """The attributes of an event without its payload, which each message names itself."""
    schema = Event[EventData].model_json_schema(ref_template=REFERENCE)
    schema.pop("$defs", None)
    schema["properties"].pop("data")
    schema["required"].remove("data")
    return {**schema, "title": ENVELOPE}


def main() -> int:
    """Exit 0 when the file is up to date or was written, 1 when `--check` finds it isn't."""
    parser = argparse.ArgumentParser(prog="python -m segue_common.events.asyncapi")
    parser.add_argument("path", type=Path, metavar="FILE")
    parser.add_argument("--check", action="store_true", help="write nothing")
    args = parser.parse_args()
    wanted = text()
    if args.path.is_file() and args.path.read_text(encoding="utf-8") == wanted:
        return 0
    if args.check:
        print(f"{args.path} differs from the contract; write it with", file=sys.stderr)
        print(f"  python -m segue_common.events.asyncapi {args.path}", file=sys.stderr)
        return 1
    args.path.parent.mkdir(parents=True, exist_ok=True)
    args.path.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
