"""What the broker won't take, on the real broker and database: nothing is lost, nobody waits."""

import uuid
from uuid import UUID

import pytest
from aiokafka import errors
from aiokafka.structs import ConsumerRecord
from outbox_desk import NOW, Desk
from segue_common.events import Topic
from segue_common.events.topics import BOOKING_COMMANDS, MAX_MESSAGE_BYTES
from segue_common.runtime import broker_errors
from segue_common.runtime.dead_letters import DeadLetters
from segue_common.runtime.processor import TRANSIENT
from segue_common.runtime.provision import create_topics

TOO_LARGE = b"x" * (MAX_MESSAGE_BYTES + 200_000)
TOO_LARGE_FOR_A_LETTER = b"x" * (2 * MAX_MESSAGE_BYTES + 1)


async def test_what_the_broker_refuses_for_good_is_set_aside_and_the_rest_goes_on(
    desk: Desk,
) -> None:
    conversation, other = uuid.uuid4(), uuid.uuid4()
    await desk.put(conversation, BOOKING_COMMANDS.name, b"first")
    await desk.publisher.flush([conversation])
    await desk.put(conversation, BOOKING_COMMANDS.name, TOO_LARGE, b"next")
    await desk.put(other, BOOKING_COMMANDS.name, b"neighbour")
    await until_flushed(desk, conversation, other)
    assert await desk.values(BOOKING_COMMANDS, conversation) == [b"first", b"next"]
    assert await desk.values(BOOKING_COMMANDS, other) == [b"neighbour"]
    (letter,) = await desk.records(BOOKING_COMMANDS.dead_letters, conversation)
    headers = dict(letter.headers)
    assert letter.value == TOO_LARGE
    assert headers["segue-dead-reason"] == b"the broker refuses it: MessageSizeTooLargeError"
    assert headers["segue-dead-topic"] == BOOKING_COMMANDS.name.encode()
    assert await desk.backlog() == (0, 0)


async def until_flushed(desk: Desk, *conversations: UUID) -> None:
    """What went out beside a refused record is refused too, once, and is sent again."""
    for _ in range(5):
        try:
            await desk.publisher.flush(conversations)
        except TRANSIENT:
            continue
        else:
            return
    pytest.fail("something holds up the outbox")


async def test_an_event_whose_dead_letter_is_refused_too_is_kept_out_of_the_way(
    desk: Desk,
) -> None:
    conversation = uuid.uuid4()
    await desk.put(conversation, BOOKING_COMMANDS.name, TOO_LARGE_FOR_A_LETTER, b"next")
    await until_flushed(desk, conversation)
    assert await desk.values(BOOKING_COMMANDS, conversation) == [b"next"]
    assert await desk.backlog() == (0, 1)
    assert await desk.publisher.flush([conversation]) == 0


async def test_an_event_whose_topic_is_missing_waits_for_the_operator(desk: Desk) -> None:
    topic = Topic(f"segue.test-{uuid.uuid4().hex[:8]}", "A test.", has_dead_letters=False)
    conversation, other = uuid.uuid4(), uuid.uuid4()
    await desk.put(conversation, topic.name, b"one", b"two")
    await desk.put(other, BOOKING_COMMANDS.name, b"neighbour")
    with pytest.raises(TRANSIENT):
        await desk.publisher.flush([conversation, other])
    assert await desk.values(BOOKING_COMMANDS, other) == [b"neighbour"]
    assert await desk.backlog() == (2, 0)
    words = f"{topic.name} is not on the broker: run `segue topics --apply`"
    assert desk.producer.trouble() == words
    await create_topics(desk.kafka, [topic])
    assert await desk.publisher.flush([conversation]) == 2
    assert await desk.values(topic, conversation) == [b"one", b"two"]
    assert desk.producer.trouble() is None


@pytest.mark.parametrize(
    "kind",
    [errors.TopicAuthorizationFailedError, errors.ClusterAuthorizationFailedError,
     errors.GroupAuthorizationFailedError, errors.SaslAuthenticationFailed],
)  # fmt: skip
def test_a_lack_of_rights_is_the_operators_to_mend_and_loses_nothing(
    kind: type[errors.KafkaError],
) -> None:
    assert issubclass(kind, broker_errors.MISCONFIGURED)
    assert not issubclass(kind, broker_errors.REFUSED)
    assert "grant access" in broker_errors.in_words("segue.leads", kind())


def test_a_wrong_clock_sets_nothing_aside_and_is_told() -> None:
    wrong_time = errors.InvalidTimestampError()
    assert isinstance(wrong_time, broker_errors.MISCONFIGURED)
    assert not isinstance(wrong_time, broker_errors.REFUSED)
    assert "clock" in broker_errors.in_words("segue.leads", wrong_time)


async def test_the_letter_of_a_record_that_does_not_fit_names_its_place(desk: Desk) -> None:
    conversation = uuid.uuid4()
    key = str(conversation).encode()
    record = ConsumerRecord(
        BOOKING_COMMANDS.name,
        3,
        17,
        0,
        0,
        key,
        b"{}",
        None,
        0,
        0,
        [("big", TOO_LARGE_FOR_A_LETTER)],
    )
    letters = DeadLetters("router", desk.producer, lambda: NOW)
    await letters.put(record, "y" * 5_000)
    (letter,) = await desk.records(BOOKING_COMMANDS.dead_letters, conversation)
    headers = {name: value.decode() for name, value in letter.headers}
    assert letter.value == b"{}"
    assert headers["segue-dead-cut"] == "headers"
    assert (headers["segue-dead-partition"], headers["segue-dead-offset"]) == ("3", "17")
    assert headers["segue-dead-reason"] == "y" * 1_000


async def test_a_record_without_key_and_value_has_a_letter_as_well(desk: Desk) -> None:
    record = ConsumerRecord(BOOKING_COMMANDS.name, 0, 5, 0, 0, None, None, None, 0, 0, [])
    letters = DeadLetters("router", desk.producer, lambda: NOW)
    await letters.put(record, "no event")
    (letter,) = await desk.records(BOOKING_COMMANDS.dead_letters, None)
    assert not letter.value
    assert ("segue-dead-offset", b"5") in letter.headers
