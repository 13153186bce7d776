"""What is wanted of the booking agent, as far as the words alone tell."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from segue_booking.domain.choice import Wish
from segue_booking.domain.cues import Cue
from segue_booking.domain.deciding import decide
from segue_booking.domain.heard import Heard, Named
from segue_booking.domain.span import Span
from segue_booking.domain.talk import Talk
from segue_booking.domain.wants import Confirm, Look, Situation, Take

NOW = datetime(2026, 6, 1, 16, tzinfo=UTC)
SOON, LATER = NOW + timedelta(hours=1), NOW + timedelta(hours=2)
PROPOSED = Talk(asks="confirm_booking", offered=(SOON,), hold=uuid4())
OFFERED = Talk(asks="choose_slot", offered=(SOON, LATER))


def at(talk: Talk, heard: Heard) -> Situation:
    return Situation(
        talk=talk, heard=heard, meeting=None, zone=ZoneInfo("America/New_York"), now=NOW,
        handed_over=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("talk", "heard", "wanted"),
    [
        (PROPOSED, Heard(answer="yes", emergency=True), Confirm()),
        (OFFERED, Heard(ordinal=2, emergency=True), Take(LATER, offered=True)),
        (OFFERED, Heard(cues=frozenset({Cue.ANY}), emergency=True), Take(SOON, offered=True)),
    ],
)
def test_who_takes_what_is_offered_has_it_however_much_it_hurts(
    talk: Talk, heard: Heard, wanted: Confirm | Take
) -> None:
    assert decide(at(talk, heard)) == wanted


def test_who_takes_nothing_of_it_is_offered_the_soonest_of_today() -> None:
    today = Named(Wish(Span(NOW, NOW + timedelta(hours=8)), "day"), "today")
    for heard in (Heard(emergency=True), Heard(emergency=True, times=(today,))):
        want = decide(at(OFFERED, heard))
        assert isinstance(want, Look)
        assert want.emergency
