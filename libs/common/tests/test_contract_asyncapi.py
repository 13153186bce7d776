"""The AsyncAPI document says what the code does."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from segue_common.events import ALL_TOPICS, event_types, topics
from segue_common.events.asyncapi import RECEIVES, SENDS, document, text
from segue_common.events.topics import MAIN_TOPICS, Topic

COMMAND = [sys.executable, "-m", "segue_common.events.asyncapi"]


def test_it_names_every_topic_and_every_event_type() -> None:
    whole = document()
    assert set(whole["channels"]) == {topic.name for topic in ALL_TOPICS}  # type: ignore[call-overload]
    assert set(whole["components"]["messages"]) == set(event_types())  # type: ignore[index]


def references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "$ref":
                yield item
            yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def test_every_reference_leads_somewhere() -> None:
    whole = document()
    for reference in set(references(whole)):
        place: object = whole
        for part in reference.removeprefix("#/").split("/"):
            assert isinstance(place, dict)
            place = place[part]


def test_every_topic_has_somebody_who_writes_it() -> None:
    assert {topic for sent in SENDS.values() for topic in sent} == set(MAIN_TOPICS)


CONSTANTS = {name: value for name, value in vars(topics).items() if isinstance(value, Topic)}


def handled_topics(source: str) -> set[Topic]:
    """The topics that stand as keys before a `frozenset(…)` of event types."""
    pairs = (
        (ast.unparse(key).rpartition(".")[2], ast.unparse(value))
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if key is not None
    )
    return {CONSTANTS[n] for n, value in pairs if n in CONSTANTS and value.startswith("frozenset(")}


@pytest.mark.parametrize("service", sorted(RECEIVES))
def test_a_service_reads_the_topics_that_it_is_said_to_read(service: str) -> None:
    spec = find_spec(f"segue_{service.replace('-', '_')}")
    assert spec is not None
    assert spec.origin is not None
    if not Path(spec.origin).with_name("app.py").is_file():
        pytest.skip("this service is not put together yet")
    sources = [path.read_text() for path in Path(spec.origin).parent.rglob("*.py")]
    assert set().union(*map(handled_topics, sources)) == set(RECEIVES[service])


def test_the_check_finds_a_document_that_is_out_of_date(tmp_path: Path) -> None:
    path = tmp_path / "asyncapi.json"
    assert subprocess.run([*COMMAND, str(path)], check=False).returncode == 0
    assert path.read_text() == text()
    assert subprocess.run([*COMMAND, "--check", str(path)], check=False).returncode == 0
    path.write_text(path.read_text().replace("segue.leads", "segue.lids"))
    run = subprocess.run([*COMMAND, "--check", str(path)], check=False, capture_output=True)
    assert run.returncode == 1
    assert b"differs from the contract" in run.stderr
    assert "segue.lids" in path.read_text()
