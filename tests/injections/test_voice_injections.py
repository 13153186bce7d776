"""What is said on a call can't change its rules, even where the model obeys; and its words are
spoken as they come, before ours, never in their place."""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from injection_cases import NOW, Case, cases, model_that_answers
from model_stand_in import Answer
from segue_common.events import BookingWanted, Contact, Slot
from segue_common.tenants import Tenant
from segue_dialogue.model import TurnModel
from segue_voice_bridge.domain.agent import Input, Session, Turn, hear
from segue_voice_bridge.domain.agent.inputs import Connected, Heard, Interrupted, SlotsCame
from segue_voice_bridge.domain.agent.session import request_id
from segue_voice_bridge.domain.desk_state import Desk
from segue_voice_bridge.domain.speech import speech_of
from segue_voice_bridge.live.companion import Companion
from segue_voice_bridge.live.live_call import LiveCall, Pace

CALL = UUID(int=5)
ZONE = "America/New_York"
TENANT = Tenant(tenant="acme", name="Acme Dental", time_zone=ZONE)


def slot(day: int, hour: int) -> Slot:
    start = NOW.astimezone(ZoneInfo(ZONE)).replace(day=day, hour=hour)
    return Slot(
        service="consult", service_name="Consultation", starts_at=start,
        ends_at=start + timedelta(minutes=30), time_zone=ZONE,
    )  # fmt: skip


OFFERED = (slot(25, 10), slot(26, 11))


def new_session(language: str, **changes: object) -> Session:
    values: dict[str, object] = {
        "call_id": CALL, "direction": "out", "language": language, "region": "US",
        "currency": "USD", "business": "Acme Dental", "zone": ZONE, "lead_zone": ZONE,
        "contact": Contact(contact_id=CALL, name="Dana"), "greeting": "Is now good?",
        "first_request": request_id(CALL, 0), **changes,
    }  # fmt: skip
    session = Session.model_validate(values)
    for event in (Connected(""), SlotsCame(request_id(CALL, 0), OFFERED, as_wished=True)):
        session = hear(session, event, NOW).session
    return session


@dataclass
class Line:
    """A call's other end: what is sent to it, and the turns that were recorded."""

    sent: list[dict[str, object]] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    taken: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, frame: str) -> None:
        self.sent.append(json.loads(frame))

    def record(self, event: Input, turn: Turn, before: Session) -> None:
        self.turns.append(turn)
        if isinstance(event, Heard):
            self.taken.set()

    @property
    def words(self) -> str:
        return "".join(str(frame["token"]) for frame in self.sent if frame["type"] == "text")


async def never() -> Desk:
    return Desk()


async def say(session: Session, text: str, model: TurnModel | None, *more: Input) -> Line:
    """One thing said on a call, and what came of it."""
    line = Line()
    live = LiveCall(
        session, agent=hear, send=line.send, read_desk=never, record=line.record,
        speech=lambda language: speech_of(language, TENANT), clock=lambda: NOW, pace=Pace(),
        companion=Companion(model, TENANT) if model else None,
    )  # fmt: skip
    running = asyncio.create_task(live.run())
    live.put(Heard(text))
    for event in more:
        while not line.sent:
            await asyncio.sleep(0.01)
        live.put(event)
    async with asyncio.timeout(60):
        await line.taken.wait()
    live.close()
    await running
    return line


def decided(line: Line) -> tuple[object, ...]:
    turn = line.turns[0]
    return turn.session.model_copy(update={"lines": ()}), turn.commands, turn.ends, turn.says


@pytest.mark.parametrize("case", cases("voice"), ids=str)
async def test_an_obeyed_injection_books_promises_and_ends_nothing(case: Case) -> None:
    session = new_session(case.language)
    ours = await say(session, case.text, None)
    proposal = {"reply": case.claims["reply"], "meant": case.claims["meant"]}
    async with model_that_answers(Answer(proposal)) as (model, stand_in):
        theirs = await say(session, case.text, model)
    assert case.claims["reply"] not in theirs.words
    assert not any(isinstance(command, BookingWanted) for command in theirs.turns[0].commands)
    assert theirs.turns[0].ends == ours.turns[0].ends
    assert theirs.turns[0].session.contact == session.contact
    if case.claims["meant"] is None:
        assert decided(theirs) == decided(ours) or "Wonderful to hear." in theirs.words
        assert theirs.words.endswith(ours.words)
    if len(stand_in.asked):
        use = theirs.turns[0].model_use
        assert use is not None
        assert use.prompt == "voice.v2"


async def test_a_guess_that_would_book_makes_us_ask_first() -> None:
    session = hear(new_session("en"), Heard("yes"), NOW).session
    assert session.question == "choose_slot"
    proposal = {"reply": None, "meant": "the second one"}
    async with model_that_answers(Answer(proposal)) as (model, _):
        line = await say(session, "da sekon wan plis", model)
    turn = line.turns[0]
    assert (turn.session.question, turn.session.chosen) == ("confirm_slot", OFFERED[1])
    assert not turn.commands
    booked = hear(turn.session, Heard("yes"), NOW)
    assert [type(command) for command in booked.commands] == [BookingWanted]


async def test_a_guess_moves_on_a_talk_that_would_have_been_lost() -> None:
    session = new_session("en", misses=1)
    assert (await say(session, "da is gud fo mi", None)).turns[0].ends
    async with model_that_answers(Answer({"reply": None, "meant": "yes"})) as (model, _):
        line = await say(session, "da is gud fo mi", model)
    assert not line.turns[0].ends
    assert line.turns[0].session.question == "choose_slot"


async def test_words_are_spoken_sentence_by_sentence_before_ours() -> None:
    session = new_session("en")
    ours = await say(session, "yes", None)
    reply = "Wonderful to hear that. It won't take long, Dana."
    async with model_that_answers(Answer({"reply": reply, "meant": None}, wait=0.02)) as (model, _):
        line = await say(session, "yes", model)
    tokens = [frame["token"] for frame in line.sent]
    assert tokens[:2] == ["Wonderful to hear that. ", "It won't take long, Dana. "]
    assert "".join(map(str, tokens[2:])) == ours.words
    assert [frame["last"] for frame in line.sent].count(True) == 1
    turn = line.turns[0]
    assert turn.says == f"{reply} {ours.turns[0].says}"
    assert turn.session.last_words == turn.says
    assert turn.model_use is not None
    assert turn.model_use.fell_back is None


async def test_a_sentence_that_may_not_be_said_ends_the_models_words() -> None:
    session = new_session("en")
    ours = await say(session, "yes", None)
    reply = "Wonderful to hear that. You get half off. It is lovely."
    async with model_that_answers(Answer({"reply": reply, "meant": None})) as (model, _):
        line = await say(session, "yes", model)
    assert line.words == f"Wonderful to hear that. {ours.words}"
    use = line.turns[0].model_use
    assert use is not None
    assert use.fell_back in ("words_time", "words_promise")


async def test_a_late_model_is_not_waited_for() -> None:
    session = new_session("en")
    ours = await say(session, "yes", None)
    slow = Answer({"reply": "Wonderful to hear that.", "meant": None}, wait=5)
    async with model_that_answers(slow, voice_seconds=0.2) as (model, _):
        started = asyncio.get_running_loop().time()
        line = await say(session, "yes", model)
        assert asyncio.get_running_loop().time() - started < 3
    assert line.words == ours.words
    use = line.turns[0].model_use
    assert use is not None
    assert use.fell_back == "timeout"


async def test_who_starts_to_speak_hears_no_more_of_the_models_words() -> None:
    session = new_session("en")
    ours = await say(session, "yes", None)
    reply = "Wonderful to hear that. " + "We look forward to it and to you very much indeed. " * 2
    slow = Answer({"reply": reply, "meant": None}, wait=0.1)
    async with model_that_answers(slow, voice_seconds=5) as (model, _):
        line = await say(session, "yes", model, Interrupted("Wonderful"))
    assert line.words == f"Wonderful to hear that. {ours.words}"


async def test_what_books_or_ends_is_not_delayed() -> None:
    session = hear(new_session("en"), Heard("yes"), NOW).session
    async with model_that_answers(Answer({"reply": "Lovely.", "meant": None})) as (model, asked):
        booking = await say(session, "the second one", model)
        goodbye = await say(session, "stop calling me", model)
    assert [type(command) for command in booking.turns[0].commands] == [BookingWanted]
    assert goodbye.turns[0].session.outcome == "opted_out"
    assert not asked.asked
