"""What silences a number, and what lifts that."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from segue_common.events import CallEnded, Contact, OptOutChanged
from segue_common.events.shared import Channel
from segue_voice_bridge.domain.desk_state import Call, Desk
from segue_voice_bridge.domain.silence import Lifted, Silenced, words_on_numbers

ID = UUID(int=1)
OWN, TOLD = "+12125550123", "+16465550188"


def opt_out(opted_out: bool, channel: Channel = "sms", phone: str | None = OWN) -> OptOutChanged:
    return OptOutChanged(opted_out=opted_out, channel=channel, phone=phone, epoch=1)


def desk(**changes: object) -> Desk:
    return Desk(contact=Contact(contact_id=ID, phone=TOLD)).model_copy(update=changes)


def test_a_stop_silences_the_number_it_came_from_and_the_one_that_would_be_rung() -> None:
    assert words_on_numbers(desk(), opt_out(True), ()) == (Silenced(OWN), Silenced(TOLD))


def test_a_stop_of_somebody_without_a_number_silences_none() -> None:
    assert words_on_numbers(Desk(), opt_out(True, "web", None), ()) == ()


def test_an_opt_out_that_a_later_word_has_overtaken_silences_none() -> None:
    assert words_on_numbers(desk(opt_epoch=2), opt_out(True), ()) == ()


def test_a_number_has_one_form() -> None:
    assert words_on_numbers(Desk(), opt_out(True, "sms", "+1 (212) 555-0123"), ()) == (
        Silenced(OWN),
    )


@pytest.mark.parametrize(("channel", "lifted"), [("sms", OWN), ("whatsapp", OWN), ("web", None)])
def test_a_start_lifts_the_number_only_where_it_was_sent_from_it(
    channel: Channel, lifted: str | None
) -> None:
    assert words_on_numbers(desk(), opt_out(False, channel), ()) == (Lifted(lifted),)


@pytest.mark.parametrize(("outcome", "words"), [("opted_out", (Silenced(OWN),)), ("declined", ())])
def test_a_call_on_which_we_are_told_not_to_call_silences_the_number_that_was_rung(
    outcome: str, words: tuple[Silenced, ...]
) -> None:
    call = Call(call_id=ID, qualification_id=ID, attempt=1, phone=OWN, allowed_at=datetime.now(UTC))
    ended = CallEnded.model_validate(
        {"call_id": ID, "qualification_id": ID, "attempt": 1, "outcome": outcome}
    )
    assert words_on_numbers(desk(call=call), ended, (ended,)) == words
