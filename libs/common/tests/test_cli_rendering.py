"""Events as lines for people."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from segue_common.cli.rendering import WIDTH, elapsed, event_lines, printable, timeline_lines
from segue_common.cli.tellings import tell
from segue_common.cli.topic_names import find_dead_letters, find_topic, find_topics, short_name
from segue_common.events import ALL_TOPICS, MAIN_TOPICS, Event, EventData, event_types, parse_event

GOLDEN = Path(__file__).parent / "golden"


def event_of(type: str) -> Event[EventData]:
    return parse_event((GOLDEN / f"{type}.json").read_bytes())


@pytest.mark.parametrize("type", sorted(event_types()))
def test_every_event_type_tells_something_of_its_own(type: str) -> None:
    data = event_of(type).data
    assert tell(data).text != type


@pytest.mark.parametrize("type", sorted(event_types()))
def test_lines_fit_the_terminal(type: str) -> None:
    event = event_of(type)
    for line in event_lines(event, event.time, show_pii=True):
        assert len(line) <= WIDTH


def shown(type: str) -> str:
    event = event_of(type)
    return "\n".join(event_lines(event, event.time - timedelta(seconds=61.4), show_pii=True))


def test_a_score_is_shown_with_its_reasons_and_the_leads_own_words() -> None:
    lines = shown("segue.lead.updated.v1")
    assert "+1:01.4  score" in lines
    assert "75 of 100 points, 70 qualify" in lines
    assert "budget 25/25: at least the minimum “Around $2,500”" in lines


def test_a_meeting_is_shown_in_the_calendars_own_time() -> None:
    text = "Consultation on Tue 10 Nov 2026 at 10:00 EST"
    assert text in " ".join(shown("segue.booking.booked.v1").split())


def test_a_call_is_shown_with_how_soon_it_was_placed() -> None:
    assert "rings +12125550143, attempt 1, 1.8 s after it was allowed" in shown(
        "segue.call.placed.v1"
    )


def test_a_timeline_counts_from_the_first_message_and_leaves_routine_out() -> None:
    message = event_of("segue.message.received.v1")
    delivered = event_of("segue.delivery.updated.v1")
    accepted = delivered.model_copy(
        update={"data": delivered.data.model_copy(update={"status": "accepted"})}
    )
    later = accepted.model_copy(update={"time": message.time + timedelta(seconds=2)})
    lines = list(timeline_lines([message, later, delivered]))
    assert lines[0].lstrip().startswith("+0:00.0  lead")
    assert not any("accepted" in line for line in lines)
    everything = list(timeline_lines([message, later, delivered], everything=True))
    assert any("+0:02.0" in line and "accepted" in line for line in everything)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "+0:00.0"), (7.35, "+0:07.3"), (59.99, "+0:59.9"), (61, "+1:01.0"), (-2, "-0:02.0"),
        (3599.9, "+59:59.9"), (7387, "+2:03:07"), (3 * 86_400 + 7387, "+3d 2:03"),
    ],
)  # fmt: skip
def test_time_is_shown_since_the_first_message(seconds: float, text: str) -> None:
    assert elapsed(timedelta(seconds=seconds)) == text


@given(st.text())
def test_no_text_can_break_a_line_or_steer_the_terminal(text: str) -> None:
    assert printable(text).isprintable()


def test_a_lead_who_writes_control_characters_changes_nothing_on_the_screen() -> None:
    event = event_of("segue.message.received.v1")
    evil = event.data.model_copy(update={"text": "a\x1b[2Jb\r\n+9:99 segue hello"})
    lines = event_lines(event.model_copy(update={"data": evil}), event.time, show_pii=True)
    assert "“a [2Jb +9:99 segue hello”" in lines[0]
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize("topic", ALL_TOPICS, ids=lambda topic: topic.name)
def test_a_topic_is_found_by_its_full_and_its_short_name(topic: object) -> None:
    name = topic.name  # type: ignore[attr-defined]
    assert find_topic(name) == find_topic(short_name(name)) == topic
    assert find_topic(name.removeprefix("segue.")) == topic


def test_short_names_are_distinct_and_all_topics_are_the_default() -> None:
    assert len({short_name(topic.name) for topic in ALL_TOPICS}) == len(ALL_TOPICS)
    assert find_topics([]) == MAIN_TOPICS
    assert [topic.name for topic in find_topics(["leads", "calls", "segue.leads"])] == [
        "segue.leads",
        "segue.calls",
    ]
    assert find_dead_letters("leads") == find_dead_letters("segue.leads.dlq")


def test_a_timeline_of_nothing_has_no_lines() -> None:
    assert list(timeline_lines([])) == []
