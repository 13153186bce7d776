"""One record as one line, for people or as JSON; what can't be read is shown without content."""

import json
from datetime import UTC, datetime

from segue_common.cli.kafka_session import StoredRecord
from segue_common.cli.rendering import printable, telling_of
from segue_common.cli.topic_names import short_name
from segue_common.events import Event, EventData, UnreadableEvent, parse_event
from segue_common.runtime.dead_letters import PREFIX

# Wide enough for the longest short name of a topic and of a type.
TOPIC_WIDTH = 12
TYPE_WIDTH = 27
# The header of a record in a dead-letter topic that says which letter was sent again.
RECEIPT = "segue-redriven-offset"


def text_line(record: StoredRecord, *, show_pii: bool = False) -> str:
    """Time, topic, type, conversation and what the event tells, in aligned columns."""
    topic = short_name(record.topic)
    if (offset := receipt_for(record)) is not None:
        return _columns(
            _written_at(record), topic, "receipt", _key(record), f"sent again: {offset}"
        )
    try:
        event = parse_event(record.value or b"")
    except UnreadableEvent as error:
        text = f"{error}{_dead_because(record)}"
        return _columns(_written_at(record), topic, "unreadable", _key(record), text)
    telling = telling_of(event, show_pii=show_pii)
    words = "; ".join([telling.text, *telling.details])
    text = f"{telling.who}: {words}{_dead_because(record)}"
    return _columns(event.time, topic, short_type(event.type), str(event.subject), text)


def json_line(record: StoredRecord, *, show_pii: bool = False) -> str:
    """The record's place and its event as one JSON object."""
    line: dict[str, object] = {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
    }
    try:
        line["event"] = event_json(parse_event(record.value or b""), show_pii=show_pii)
    except UnreadableEvent as error:
        line["unreadable"] = str(error)
        if show_pii:
            line["value"] = (record.value or b"").decode(errors="replace")
    if dead := dead_headers(record):
        line["dead"] = dead
    return json.dumps(line, ensure_ascii=False)


def printable_value(record: StoredRecord, *, show_pii: bool = False) -> str:
    """The record's value: the event as JSON, or only its size where it can't be read."""
    value = record.value or b""
    try:
        return json.dumps(event_json(parse_event(value), show_pii=show_pii), ensure_ascii=False)
    except UnreadableEvent:
        return printable(value.decode(errors="replace")) if show_pii else f"‹{len(value)} bytes›"


def event_json(event: Event[EventData], *, show_pii: bool) -> dict[str, object]:
    """The event as JSON-ready values."""
    return event.model_dump(mode="json") if show_pii else event.masked()


def short_type(type: str) -> str:
    """`segue.lead.qualified.v1` as `lead.qualified`; a later version keeps its number."""
    return type.removeprefix("segue.").removesuffix(".v1")


def dead_headers(record: StoredRecord) -> dict[str, str]:
    """What the headers of a dead letter say: reason, service, topic, partition, offset, at."""
    return {
        name.removeprefix(PREFIX): value.decode(errors="replace")
        for name, value in record.headers
        if name.startswith(PREFIX)
    }


def receipt_for(record: StoredRecord) -> int | None:
    """The offset of the dead letter that this record says was sent again."""
    for name, value in record.headers:
        if name == RECEIPT and value.isdigit():
            return int(value)
    return None


def _written_at(record: StoredRecord) -> datetime:
    return datetime.fromtimestamp(record.timestamp / 1000, UTC)


def _key(record: StoredRecord) -> str:
    return printable((record.key or b"").decode(errors="replace"))


def _dead_because(record: StoredRecord) -> str:
    dead = dead_headers(record)
    return f" ✗ {dead.get('service')}: {dead.get('reason')}" if dead else ""


def _columns(at: datetime, topic: str, type: str, conversation: str, text: str) -> str:
    clock = at.astimezone(UTC).strftime("%H:%M:%S.%f")[:-3]
    columns = f"{clock}  {topic:{TOPIC_WIDTH}}  {type:{TYPE_WIDTH}}  {conversation[:8]:8}"
    return f"{columns}  {printable(text)}"
