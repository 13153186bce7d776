"""The contract as other systems hold on to it: golden files, versions, IDs, bad records."""

import json
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from segue_common.events import (
    EventData,
    MessageReceived,
    UnknownEventType,
    UnreadableEvent,
    caused_event,
    derived_id,
    event_types,
    parse_event,
    root_event,
    root_id,
)
from segue_common.events.envelope import Payload, upcast
from segue_common.events.topics import CONTROL

GOLDEN = {path.stem: path for path in sorted((Path(__file__).parent / "golden").glob("*.json"))}


def golden(type: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(GOLDEN[type].read_text(encoding="utf-8"))
    return value


def record(value: object) -> bytes:
    return json.dumps(value).encode()


def test_every_type_of_the_contract_has_a_golden_file() -> None:
    assert set(event_types()) <= set(GOLDEN)


@pytest.mark.parametrize("type", GOLDEN)
def test_every_version_ever_published_still_parses(type: str) -> None:
    event = parse_event(GOLDEN[type].read_bytes())
    assert event.type in event_types()
    assert event.type == event.data.TYPE


@pytest.mark.parametrize("type", sorted(event_types()))
def test_reading_and_writing_a_current_event_keeps_every_field(type: str) -> None:
    value = golden(type)
    assert json.loads(parse_event(record(value)).to_json()) == value


@pytest.mark.parametrize("type", sorted(event_types()))
def test_a_golden_file_sets_every_field_of_its_payload(type: str) -> None:
    assert set(golden(type)["data"]) == set(event_types()[type].model_fields)


@pytest.mark.parametrize("type", sorted(event_types()))
def test_fields_of_a_later_version_are_ignored(type: str) -> None:
    value = golden(type)
    later = {**value, "sequence": 9, "data": {**value["data"], "invented_later": {"a": [1]}}}
    assert parse_event(record(later)) == parse_event(record(value))


@pytest.mark.parametrize("type", sorted(event_types()))
def test_an_event_may_lack_any_optional_field(type: str) -> None:
    value = golden(type)
    fields = event_types()[type].model_fields
    required = {name: value["data"][name] for name in fields if fields[name].is_required()}
    assert parse_event(record({**value, "data": required})).type == type


@pytest.mark.parametrize("type", sorted(event_types()))
def test_an_event_that_lacks_a_required_field_is_unreadable_and_the_reason_names_it(
    type: str,
) -> None:
    value = golden(type)
    fields = event_types()[type].model_fields
    for name in (name for name in fields if fields[name].is_required()):
        lacking = {key: item for key, item in value["data"].items() if key != name}
        with pytest.raises(UnreadableEvent, match=name):
            parse_event(record({**value, "data": lacking}))


@pytest.fixture
def shouted() -> type[EventData]:
    """A type of which the contract knew an older version: `words` became `text`."""
    name = f"segue.test.n{uuid.uuid4().hex}"

    class Shouted(EventData, type=f"{name}.v2", topic=None):
        text: str
        loud: bool

    @upcast(f"{name}.v1", f"{name}.v2")
    def _(old: Payload) -> Payload:
        return {"text": str(old["words"]).upper(), "loud": True}

    return Shouted


def test_an_old_version_is_read_as_the_new_one(shouted: type[EventData]) -> None:
    old = {
        **golden("segue.lead.updated.v1"),
        "type": shouted.TYPE.replace(".v2", ".v1"),
        "data": {"words": "hello"},
    }
    event = parse_event(record(old))
    assert event.type == shouted.TYPE
    assert event.data == shouted(text="HELLO", loud=True)  # type: ignore[call-arg]


def test_an_old_version_that_lacks_a_field_is_unreadable(shouted: type[EventData]) -> None:
    old = golden("segue.lead.updated.v1") | {
        "type": shouted.TYPE.replace(".v2", ".v1"),
        "data": {"Dana": "2125550143"},
    }
    with pytest.raises(UnreadableEvent) as failure:
        parse_event(record(old))
    assert "2125550143" not in str(failure.value)


SECRET = "Dana +12125550143"
MESSAGE = golden("segue.message.received.v1")


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"\xff\xfe",
        SECRET.encode(),
        record(SECRET),
        record([SECRET]),
        b'{"type": "segue.message.received.v1", "data": {"text": "' + SECRET.encode(),
        record({"data": {"text": SECRET}}),
        record({**MESSAGE, "type": 7}),
        record({**MESSAGE, "data": SECRET}),
        record({**MESSAGE, "subject": SECRET}),
        record({**MESSAGE, "time": "2026-11-03T15:02:00"}),
        record({**MESSAGE, "id": None}),
        record({**MESSAGE, "data": {**MESSAGE["data"], "channel": SECRET}}),
        record({**MESSAGE, "data": {**MESSAGE["data"], "text": [SECRET]}}),
        record({**MESSAGE, "data": {**MESSAGE["data"], "contact": {"phone": SECRET}}}),
        record({**MESSAGE, "type": SECRET}),
        b"[" * 5000 + b"]" * 5000,
    ],
)
def test_a_bad_record_is_unreadable_and_the_reason_quotes_nothing_of_it(value: bytes) -> None:
    with pytest.raises(UnreadableEvent) as failure:
        parse_event(value)
    assert str(failure.value)
    assert "Dana" not in str(failure.value)
    assert "2125550143" not in str(failure.value)


def test_a_type_of_the_future_is_named_as_unknown() -> None:
    with pytest.raises(UnknownEventType, match=r"segue\.lead\.updated\.v9"):
        parse_event(record({**golden("segue.lead.updated.v1"), "type": "segue.lead.updated.v9"}))


@given(st.binary(max_size=300))
def test_no_bytes_at_all_make_reading_fail_otherwise(value: bytes) -> None:
    with pytest.raises(UnreadableEvent):
        parse_event(value)


def test_a_type_can_only_be_declared_once() -> None:
    with pytest.raises(TypeError, match="twice"):

        class Again(EventData, type=MessageReceived.TYPE, topic=CONTROL):
            pass


names = st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), min_size=1)


@given(names, names, names, names, names, names)
def test_a_root_id_tells_causes_apart_and_repeats_the_same(
    a: str, b: str, c: str, d: str, e: str, f: str
) -> None:
    assert root_id(a, b, c) == root_id(a, b, c)
    assert (root_id(a, b, c) == root_id(d, e, f)) == ((a, b, c) == (d, e, f))


@given(st.uuids(), names, st.integers(0, 99), st.uuids(), names, st.integers(0, 99))
def test_a_derived_id_tells_cause_type_and_index_apart(
    cause: uuid.UUID, type: str, index: int, other: uuid.UUID, kind: str, place: int
) -> None:
    assert derived_id(cause, type, index) == derived_id(cause, type, index)
    same = (cause, type, index) == (other, kind, place)
    assert (derived_id(cause, type, index) == derived_id(other, kind, place)) == same


def test_ids_are_the_same_in_every_version_of_segue() -> None:
    """A changed rule would make events that are under way count as new ones."""
    root = root_id("acme-dental", "twilio", "SM1")
    assert root == uuid.UUID("32ee7407-f0b4-56f2-a751-ae10893744ea")
    assert derived_id(root, "segue.turn.completed.v1", 1) == uuid.UUID(
        "765d076f-b016-5cde-952f-22dca2d8a8d4"
    )


def test_an_event_carries_its_cause_conversation_and_tenant_on() -> None:
    cause = parse_event(record(MESSAGE))
    data = event_types()["segue.delivery.updated.v1"].model_validate(
        golden("segue.delivery.updated.v1")["data"]
    )
    now = datetime(2026, 11, 3, tzinfo=UTC)
    event = caused_event(data, cause, source="/segue/ingest", time=now)
    assert (event.causationid, event.subject, event.tenant) == (
        cause.id,
        cause.subject,
        cause.tenant,
    )
    assert event.id == derived_id(cause.id, data.TYPE, 0)
    root = root_event(
        data, id=cause.id, source="/x", tenant="t", conversation_id=cause.subject, time=now
    )
    assert root.causationid is None
