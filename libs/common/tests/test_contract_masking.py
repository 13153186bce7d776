"""No personal value of any event is left in its masked form, nor in a line made from it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from segue_common.cli.rendering import event_lines
from segue_common.events import Event, EventData, event_types, parse_event

FOLDER = Path(__file__).parent / "golden"
# Field names that hold personal data wherever they stand in the contract, but for those below.
PERSONAL = {
    "address", "consent_quote", "email", "heard", "name", "note", "phone", "quote", "said",
    "says", "text", "topic", "url", "value",
}  # fmt: skip
# Words that would give the lead of the golden files away.
TELLTALES = ("Dana", "Whitfield", "2125550143", "2,500", "implant", "x-ray", "needles", "STOP")


def event_of(type: str) -> Event[EventData]:
    return parse_event((FOLDER / f"{type}.json").read_bytes())


def leaves(value: object, personal: bool = False) -> Iterator[str]:
    """Every text that stands under a personal field's name."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, personal or key in PERSONAL)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item, personal)
    elif personal and isinstance(value, str):
        yield value


def data_of(type: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((FOLDER / f"{type}.json").read_text())["data"]
    return value


@pytest.mark.parametrize("type", sorted(event_types()))
def test_a_masked_event_holds_none_of_its_personal_values(type: str) -> None:
    shown = json.dumps(event_of(type).masked(), ensure_ascii=False)
    for value in leaves(data_of(type)):
        assert value not in shown
    for telltale in TELLTALES:
        assert telltale.lower() not in shown.lower()


@pytest.mark.parametrize("type", sorted(event_types()))
def test_a_line_about_an_event_holds_none_of_its_personal_values(type: str) -> None:
    event = event_of(type)
    shown = "\n".join(event_lines(event, event.time))
    for value in leaves(data_of(type)):
        assert value not in shown
    for telltale in TELLTALES:
        assert telltale.lower() not in shown.lower()


@pytest.mark.parametrize("type", sorted(event_types()))
def test_masking_leaves_everything_else_as_it_was(type: str) -> None:
    event = event_of(type)
    whole, shown = event.model_dump(mode="json"), event.masked()
    assert set(shown["data"]) == set(whole["data"])
    assert different(whole, shown) <= PERSONAL


def different(whole: object, shown: object, name: str = "") -> set[str]:
    """The names of the fields whose values differ."""
    if isinstance(whole, dict) and isinstance(shown, dict):
        assert set(whole) == set(shown)
        return set().union(*(different(whole[key], shown[key], key) for key in whole))
    if isinstance(whole, list) and isinstance(shown, list):
        pairs = zip(whole, shown, strict=True)
        return set().union(*(different(old, new, name) for old, new in pairs))
    return set() if whole == shown else {name}


def test_a_mask_tells_only_how_long_a_text_was() -> None:
    message = event_of("segue.message.received.v1")
    assert message.masked()["data"]["contact"]["phone"] == "‹12 characters›"
