from datetime import timedelta

import pytest
from segue_booking.domain.cues import Cue, read_cues
from segue_booking.domain.shifts import read_shift


@pytest.mark.parametrize(
    ("text", "ordinal"),
    [
        ("the second one", 2),
        ("The first works for me", 1),
        ("second please", 2),
        ("ok first", 1),
        ("the earlier one", 1),
        ("the last one please", -1),
        ("the later one", -1),
        ("option 3", 3),
        ("la segunda", 2),
        ("el primero", 1),
        ("can I speak about prices first?", None),
        ("the second of June", None),
        ("first thing tomorrow", None),
        ("it's the first time for me", None),
        ("the first or the second, no preference", None),
        ("3pm", None),
    ],
)
def test_an_ordinal_is_a_choice_only_where_it_stands_for_an_offer(text, ordinal):
    assert read_cues(text, offered=True).ordinal == ordinal


def test_ordinals_mean_nothing_where_nothing_was_offered():
    cues = read_cues("the second one", offered=False)
    assert (cues.ordinal, cues.rest) == (None, "the second one")


def test_what_stands_for_an_offer_is_not_read_as_a_time():
    assert "second" not in read_cues("the second one please", offered=True).rest
    assert read_cues("the 3pm one", offered=True).rest == "the 3pm"


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("I need to cancel my appointment", Cue.CANCEL),
        ("please call it off", Cue.CANCEL),
        ("quiero cancelar mi cita", Cue.CANCEL),
        ("could we reschedule?", Cue.MOVE),
        ("can we move it to Friday", Cue.MOVE),
        ("is another day possible", Cue.MOVE),
        ("¿puedo cambiar la cita?", Cue.MOVE),
        ("I won't be able to make it", Cue.UNABLE),
        ("no, keep it", Cue.KEEP),
        ("anything earlier?", Cue.EARLIER),
        ("something a bit later", Cue.LATER),
        ("none of those", Cue.OTHER),
        ("I can’t do any of those", Cue.OTHER),
        ("any of them is fine", Cue.ANY),
        ("I don't mind", Cue.ANY),
        ("yesterday at 3", Cue.PAST),
        ("around 3", Cue.ROUGHLY),
        ("when is my appointment?", Cue.WHEN),
    ],
)
def test_words_about_a_meeting_are_heard(text, cue):
    assert cue in read_cues(text, offered=True).found


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("how about Thursday at 2", Cue.ROUGHLY),
        ("it has hurt since yesterday", Cue.PAST),
        ("I can't do any of those", Cue.ANY),
        ("I'd like to book an appointment", Cue.MOVE),
    ],
)
def test_words_that_only_look_like_it_are_not(text, cue):
    assert cue not in read_cues(text, offered=True).found


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("make that the week after", 7),
        ("the week after, please", 7),
        ("a day earlier would be better", -1),
        ("the following week", 7),
        ("una semana después", 7),
        ("the week after next", None),
        ("the day after tomorrow", None),
        ("the week after Christmas", None),
        ("next week", None),
    ],
)
def test_only_what_is_counted_from_the_time_in_hand_moves_it(text, days):
    shift, rest = read_shift(text)
    assert shift == (timedelta(days=days) if days else None)
    assert days or rest == text
