"""The voice agent with many kinds of people, as tables of what they say and what comes of it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from segue_common.events import BookingWanted, Contact, Slot, SlotsWanted
from segue_common.tenants import Tenant
from segue_voice_bridge.domain.agent import Input, Session, hear
from segue_voice_bridge.domain.agent.ears import listen
from segue_voice_bridge.domain.agent.inputs import (
    Booked,
    Connected,
    Heard,
    Interrupted,
    LeaveEnded,
    Machine,
    NoAnswerCame,
    Pressed,
    Quiet,
    Refused,
    SlotsCame,
    StillWaiting,
)
from segue_voice_bridge.domain.agent.rehearsal import rehearse
from segue_voice_bridge.domain.agent.session import request_id

CALL = UUID(int=5)
ZONE = "America/New_York"
# A Monday, ten in the morning in New York.
NOW = datetime(2025, 11, 24, 15, tzinfo=UTC)


def slot(day: int, hour: int, minute: int = 0) -> Slot:
    start = datetime(2025, 11, day, hour, minute, tzinfo=ZoneInfo(ZONE))
    return Slot(
        service="consult", service_name="Consultation", starts_at=start,
        ends_at=start + timedelta(minutes=30), time_zone=ZONE,
    )  # fmt: skip


TUESDAY_10, TUESDAY_2_30, WEDNESDAY_11 = slot(25, 10), slot(25, 14, 30), slot(26, 11)
OFFERED = (TUESDAY_10, TUESDAY_2_30, WEDNESDAY_11)
THURSDAY_3 = slot(27, 15)


def session(**changes: object) -> Session:
    values: dict[str, object] = {
        "call_id": CALL, "direction": "out", "language": "en", "region": "US", "currency": "USD",
        "business": "Acme", "zone": ZONE, "lead_zone": ZONE,
        "contact": Contact(contact_id=CALL, name="Dana"), "topic": "an implant",
        "known": ("$3,000", "next week"), "may_call_back": True, "greeting": "Is now good?",
        "first_request": request_id(CALL, 0), **changes,
    }  # fmt: skip
    return Session.model_validate(values)


@dataclass
class Talk:
    """A call with a calendar that has `wished` for every wish and takes every booking at once,
    unless `calendar` is off or a slot is among the `taken`."""

    session: Session = field(default_factory=session)
    wished: tuple[Slot, ...] = (THURSDAY_3,)
    as_wished: bool = True
    taken: tuple[Slot, ...] = ()
    calendar: bool = True
    said: list[str] = field(default_factory=list)
    wanted: list[SlotsWanted | BookingWanted] = field(default_factory=list)
    ends: int = 0

    def start(self) -> "Talk":
        self.put(Connected(self.session.greeting))
        self.put(SlotsCame(request_id(CALL, 0), OFFERED, as_wished=True))
        return self

    def put(self, event: Input) -> None:
        turn = hear(self.session, event, NOW)
        self.session = turn.session
        if turn.says:
            self.said.append(turn.says)
        self.ends += turn.ends
        for command in turn.commands:
            self.wanted.append(command)
            if self.calendar:
                self.put(self.answer(command))

    def answer(self, command: SlotsWanted | BookingWanted) -> Input:
        if isinstance(command, SlotsWanted):
            return SlotsCame(command.request_id, self.wished, self.as_wished)
        chosen = next(s for s in (*OFFERED, THURSDAY_3) if s.starts_at == command.starts_at)
        if chosen in self.taken:
            left = tuple(s for s in OFFERED if s not in self.taken)
            return Refused(command.request_id, "taken", left)
        return Booked(command.request_id, chosen)

    def hears(self, *words: str) -> "Talk":
        for text in words:
            self.put(Pressed(text[1:]) if text.startswith("#") else Heard(text))
        return self


PEOPLE: list[tuple[str, tuple[str, ...], str | None, Slot | None]] = [
    ("picks by place", ("yes", "the second one", "no thanks"), "booked", TUESDAY_2_30),
    ("picks the day", ("sure, go ahead", "Wednesday works", "that's all"), "booked", WEDNESDAY_11),
    ("picks the time", ("yeah", "2:30 please", "bye"), "booked", TUESDAY_2_30),
    ("picks day and time", ("ok", "tomorrow at ten", "nope"), "booked", TUESDAY_10),
    ("narrows down", ("yes", "Tuesday", "the first one", "no"), "booked", TUESDAY_10),
    ("takes the earliest", ("yes", "whatever is earliest", "no"), "booked", TUESDAY_10),
    ("says 'the first'", ("yes", "the first", "no"), "booked", TUESDAY_10),
    ("wishes", ("yes", "Thursday at 3?", "yes please", "no"), "booked", THURSDAY_3),
    ("wishes at once", ("can we do Thursday at 3?", "yes", "bye"), "booked", THURSDAY_3),
    ("none suits", ("yes", "none of those", "Thursday at 3", "yes", "no"), "booked", THURSDAY_3),
    ("presses keys", ("#1", "#3", "no"), "booked", WEDNESDAY_11),
    ("asks for a moment", ("yes", "hold on a second", "the last one", "no"), "booked",
     WEDNESDAY_11),
    ("is suspicious", ("who is this?", "are you a robot?", "how did you get my number?",
                       "okay, yes", "the second one", "no"), "booked", TUESDAY_2_30),
    ("says hello", ("hello?", "yes", "the first one", "no"), "booked", TUESDAY_10),
    ("asks to repeat", ("yes", "what was that?", "the first one", "no"), "booked", TUESDAY_10),
    ("has a question", ("yes", "the first one", "what does it cost?", "no"), "booked", TUESDAY_10),
    ("drives", ("I'm driving, not a good time", "just text me"), "declined", None),
    ("is busy", ("sorry, bad time", "no"), "declined", None),
    ("lost interest", ("I'm not interested anymore",), "declined", None),
    ("is somebody else", ("you have the wrong number",), "declined", None),
    ("wants a person", ("can I speak to a real person please",), "handed_over", None),
    ("presses zero", ("#0",), "handed_over", None),
    ("has had enough", ("stop calling me",), "opted_out", None),
    ("wants off the list", ("take me off your list",), "opted_out", None),
    ("mumbles", ("brrr hmpf", "grmbl zzz"), "hung_up", None),
    ("is a machine", ("You've reached the voicemail of Dana, leave a message after the tone",),
     "voicemail", None),
]  # fmt: skip


@pytest.mark.parametrize(("who", "words", "outcome", "booked"), PEOPLE)
def test_a_call_with_somebody_who(
    who: str, words: tuple[str, ...], outcome: str, booked: Slot | None
) -> None:
    talk = Talk().start().hears(*words)
    assert (talk.session.outcome, talk.session.booked) == (outcome, booked)
    assert talk.ends == 1, who


def test_what_the_chat_has_told_is_said_back_once_and_not_asked_again() -> None:
    talk = Talk().start().hears("yes", "none of those", "Thursday at 3")
    assert "$3,000 and next week" in talk.said[0]
    assert not any("$3,000" in words for words in talk.said[1:])


def test_somebody_with_a_better_time_is_called_back_then_on_their_own_clock() -> None:
    los_angeles = session(lead_zone="America/Los_Angeles")
    talk = Talk(los_angeles).start().hears("not a good time", "call me at 5 pm")
    five = datetime(2025, 11, 24, 17, tzinfo=ZoneInfo("America/Los_Angeles"))
    assert (talk.session.outcome, talk.session.call_back_at) == ("declined", five)
    assert "5:00 PM" in talk.said[-1]


def test_nobody_is_promised_a_call_back_when_no_attempt_is_left() -> None:
    talk = Talk(session(may_call_back=False)).start().hears("bad time", "call me at 5 pm")
    assert talk.session.call_back_at is None


def test_a_taken_slot_is_answered_with_what_is_still_free() -> None:
    talk = Talk(taken=(TUESDAY_10,)).start().hears("yes", "the first one")
    assert "just been taken" in talk.said[-1]
    assert talk.hears("the first one").session.booked == TUESDAY_2_30


def test_wishes_that_nothing_meets_get_the_nearest_and_at_last_a_colleague() -> None:
    talk = Talk(wished=(THURSDAY_3, WEDNESDAY_11), as_wished=False).start()
    talk.hears("yes", "Friday at noon", "Saturday at noon")
    assert "nothing free then" in talk.said[-1]
    talk.hears("Sunday at noon")
    assert talk.session.outcome == "handed_over"


def test_a_meeting_may_be_moved_on_the_same_call() -> None:
    talk = Talk().start().hears("yes", "the first one", "actually can we do Thursday at 3", "yes")
    assert talk.session.booked == THURSDAY_3
    bookings = [w for w in talk.wanted if isinstance(w, BookingWanted)]
    assert len({booking.request_id for booking in bookings}) == 2


def test_the_words_for_waiting_are_said_only_where_the_calendar_is_slow_and_only_once() -> None:
    talk = Talk(calendar=False).start().hears("yes", "the first one")
    before = len(talk.said)
    talk.put(StillWaiting())
    talk.put(StillWaiting())
    assert talk.said[before:] == ["One moment, please."]
    talk.put(NoAnswerCame())
    assert (talk.session.outcome, talk.ends) == ("failed", 1)


def test_slots_that_come_after_the_yes_are_offered_when_they_come() -> None:
    talk = Talk()
    talk.put(Connected("hello"))
    talk.hears("yes")
    assert talk.said == []
    talk.put(SlotsCame(request_id(CALL, 0), OFFERED, as_wished=True))
    assert "tomorrow at 10:00 AM" in talk.said[-1]


def test_an_empty_calendar_is_not_hidden() -> None:
    talk = Talk()
    talk.put(Connected("hello"))
    talk.put(SlotsCame(request_id(CALL, 0), (), as_wished=True))
    talk.hears("yes")
    assert talk.session.outcome == "handed_over"


def test_what_was_heard_of_an_interrupted_sentence_is_kept() -> None:
    talk = Talk().start().hears("yes")
    talk.put(Interrupted("I have this from"))
    assert talk.session.lines[-1].heard == "I have this from"
    assert talk.hears("the first one").session.booked == TUESDAY_10


def test_silence_is_asked_about_once_and_then_the_call_ends() -> None:
    talk = Talk().start()
    talk.put(Quiet())
    assert talk.said == ["Are you still there?"]
    talk.hears("yes")
    talk.put(Quiet())
    talk.put(Quiet())
    assert (talk.session.outcome, talk.session.detail) == ("hung_up", "silence")


@pytest.mark.parametrize(
    ("reason", "words"),
    [("person_has_it", "colleague"), ("opted_out", "won't call"), ("already_booked", "Goodbye")],
)
def test_an_agent_whose_leave_has_ended_says_goodbye_at_once(reason: str, words: str) -> None:
    talk = Talk().start().hears("yes")
    talk.put(LeaveEnded(reason))  # type: ignore[arg-type]
    assert words in talk.said[-1]
    assert (talk.session.outcome, talk.ends) == ("cancelled", 1)


def test_the_carriers_verdict_that_it_is_a_machine_brings_the_message() -> None:
    talk = Talk().start()
    talk.put(Machine())
    assert "tried to reach you" in talk.said[-1]
    assert talk.session.outcome == "voicemail"


def test_it_speaks_the_leads_language() -> None:
    talk = Talk(session(language="es")).start().hears("sí", "la segunda", "no, gracias")
    assert (talk.session.outcome, talk.session.booked) == ("booked", TUESDAY_2_30)
    assert talk.said[-1] == "Gracias por su tiempo. Hasta luego."


ON_THE_PHONE: dict[str, dict[str, str]] = {
    "es": {"repeat": "¿puede repetir?", "not_now": "es un mal momento", "who": "¿quién habla?",
           "voicemail": "deje su mensaje después de la señal", "none": "ninguna me va bien",
           "any": "cualquiera", "robot": "¿es usted un robot?", "hold": "un momento"},
    "pt": {"repeat": "pode repetir?", "not_now": "agora não posso", "who": "quem fala?",
           "voicemail": "deixe a sua mensagem após o sinal", "none": "nenhum desses serve",
           "any": "tanto faz", "robot": "você é um robô?", "hold": "um momento"},
    "fr": {"repeat": "pouvez-vous répéter ?", "not_now": "ce n'est pas le bon moment",
           "who": "qui est à l'appareil ?", "voicemail": "laissez un message après le bip",
           "none": "aucun ne me va", "any": "peu importe", "robot": "êtes-vous un robot ?",
           "hold": "un instant"},
    "de": {"repeat": "wie bitte?", "not_now": "das passt gerade nicht", "who": "wer spricht da?",
           "voicemail": "hinterlassen Sie eine Nachricht nach dem Signalton",
           "none": "keiner davon passt", "any": "ist mir egal", "robot": "sind Sie ein Roboter?",
           "hold": "einen Moment bitte"},
    "it": {"repeat": "può ripetere?", "not_now": "adesso non posso", "who": "chi parla?",
           "voicemail": "lasciate un messaggio dopo il segnale", "none": "nessuno mi va bene",
           "any": "per me è uguale", "robot": "lei è un robot?", "hold": "un attimo"},
    "nl": {"repeat": "wat zei u?", "not_now": "het komt nu slecht uit", "who": "met wie spreek ik?",
           "voicemail": "spreek een bericht in na de piep", "none": "geen van die tijden past",
           "any": "maakt me niet uit", "robot": "bent u een robot?", "hold": "een momentje"},
    "pl": {"repeat": "proszę powtórzyć", "not_now": "nie mogę teraz rozmawiać", "who": "kto mówi?",
           "voicemail": "zostaw wiadomość po sygnale", "none": "żaden nie pasuje",
           "any": "wszystko jedno", "robot": "czy to jest robot?", "hold": "chwileczkę"},
    "hi": {"repeat": "फिर से बताइए", "not_now": "अभी व्यस्त हूँ", "who": "आप कौन बोल रहे हैं?",
           "voicemail": "बीप के बाद संदेश छोड़ें", "none": "इनमें से कोई नहीं", "any": "कोई भी चलेगा",
           "robot": "क्या आप रोबोट हैं?", "hold": "एक मिनट"},
    "ar": {"repeat": "ممكن تعيد؟", "not_now": "انا مشغول الان", "who": "مين معي؟",
           "voicemail": "اترك رسالة بعد الصافرة", "none": "ولا واحد", "any": "اي وقت",
           "robot": "هل انت روبوت؟", "hold": "لحظة من فضلك"},
}  # fmt: skip
ORDINALS = {
    "es": "la segunda", "pt": "a segunda", "fr": "la deuxième", "de": "den zweiten",
    "it": "la seconda", "nl": "de tweede", "pl": "drugi", "hi": "दूसरा वाला", "ar": "الثاني",
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "key", "text"),
    [(code, key, text) for code, said in ON_THE_PHONE.items() for key, text in said.items()],
)
def test_what_is_said_on_telephones_is_known_in_ten_languages(
    language: str, key: str, text: str
) -> None:
    heard = listen(session(language=language), text, NOW)
    assert heard.means(key)


@pytest.mark.parametrize(("language", "text"), ORDINALS.items())
def test_a_slot_is_picked_by_its_place_in_ten_languages(language: str, text: str) -> None:
    talk = Talk(session(language=language)).start()
    talk.put(Pressed("1"))
    talk.hears(text)
    assert talk.session.booked == TUESDAY_2_30


@pytest.mark.parametrize("language", ["en", "es", "de"])
def test_a_rehearsal_speaks_to_nobody_in_any_language(language: str) -> None:
    tenant = Tenant(tenant="acme", name="Acme", time_zone=ZONE)
    assert rehearse(tenant, language, NOW) > 5


def test_news_that_it_has_had_changes_nothing() -> None:
    talk = Talk().start()
    before = talk.session
    talk.put(SlotsCame(request_id(CALL, 0), OFFERED, as_wished=True))
    talk.put(Booked(request_id(CALL, 9), THURSDAY_3))
    assert talk.session == before


INPUTS = st.one_of(
    st.sampled_from(
        [Heard(text) for _, words, _, _ in PEOPLE for text in words if not text.startswith("#")]
    ),
    st.text(max_size=40).map(Heard),
    st.sampled_from("0123456789*#").map(Pressed),
    st.sampled_from([Quiet(), StillWaiting(), NoAnswerCame(), Interrupted("half a")]),
)


@given(st.lists(INPUTS, max_size=12))
@settings(max_examples=80, deadline=None)
def test_whatever_is_said_it_books_only_what_was_offered_and_ends_once(said: list[Input]) -> None:
    talk = Talk().start()
    for event in said:
        talk.put(event)
    assert talk.ends == int(talk.session.ended)
    assert talk.session.outcome is not None or not talk.session.ended
    starts = {s.starts_at for s in (*OFFERED, THURSDAY_3)}
    assert all(w.starts_at in starts for w in talk.wanted if isinstance(w, BookingWanted))
    assert Session.model_validate_json(talk.session.model_dump_json()) == talk.session
