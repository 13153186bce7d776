"""The record: what is learned, replaced and kept, whatever is said in whatever order."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from segue_common.events import Fact
from segue_qualifier.domain.lead import Lead
from segue_qualifier.domain.learning import Told, is_refusal, learn

START = datetime(2025, 11, 24, 15, tzinfo=UTC)
LEAD = Lead(conversation_id=UUID(int=7))
values = st.integers(0, 3) | st.just({"refused": True})
said = st.lists(st.tuples(st.sampled_from(["budget", "need", "people"]), values), max_size=12)


def told(pairs: list[tuple[str, object]]) -> list[Told]:
    return [
        Told(
            Fact.model_validate(
                {"slot": slot, "value": value, "quote": "…", "message_id": UUID(int=number)}
            ),
            START + timedelta(seconds=number),
        )
        for number, (slot, value) in enumerate(pairs)
    ]


@given(said)
def test_the_last_word_on_a_slot_holds(pairs: list[tuple[str, object]]) -> None:
    lead, _ = learn(LEAD, told(pairs))
    stated = {slot: value for slot, value in pairs if not is_refusal(value)}  # type: ignore[arg-type]
    assert {item.slot: item.value for item in lead.current} == stated
    assert len(lead.current) == len(stated)


@given(said)
def test_a_slot_is_said_or_refused_never_both(pairs: list[tuple[str, object]]) -> None:
    lead, _ = learn(LEAD, told(pairs))
    assert not lead.refused & {item.slot for item in lead.current}
    assert lead.known == {slot for slot, _ in pairs}


@given(said)
def test_learning_the_same_again_changes_nothing(pairs: list[tuple[str, object]]) -> None:
    once, _ = learn(LEAD, told(pairs))
    current = [Told(item.as_fact(), item.at) for item in once.current]
    again, news = learn(once, current)
    assert again == once
    assert news == ()


@given(said)
def test_nothing_that_was_said_is_lost(pairs: list[tuple[str, object]]) -> None:
    lead, news = learn(LEAD, told(pairs))
    stated = [fact for fact in news if not is_refusal(fact.value)]
    assert [item.as_fact() for item in lead.evidence] == stated
