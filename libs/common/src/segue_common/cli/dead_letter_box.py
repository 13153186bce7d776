"""The dead-letter topics: what lies in them, what was sent again, and sending again.

What was sent again is remembered in the dead-letter topic itself, by a receipt written after
the letter: so the memory lasts as long as the letter, which a committed offset would not.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from aiokafka import TopicPartition

from segue_common.cli.kafka_session import StoredRecord, look_on
from segue_common.cli.record_lines import RECEIPT, dead_headers, receipt_for
from segue_common.events import Topic
from segue_common.runtime.broker_errors import REFUSED
from segue_common.runtime.dead_letters import CUT, PREFIX
from segue_common.runtime.kafka import make_producer
from segue_common.runtime.producer import Producer
from segue_common.runtime.settings import KafkaSettings

# Names where a record was sent again from; each further time adds one.
REDRIVEN = "segue-redriven-from"


@dataclass(frozen=True)
class DeadLetter:
    """A record of a dead-letter topic."""

    record: StoredRecord
    is_sent_again: bool

    @property
    def original_topic(self) -> str:
        return self.record.topic.removesuffix(".dlq")

    @property
    def redrives(self) -> int:
        """How often it had been sent again before it came here."""
        return sum(name == REDRIVEN for name, _ in self.record.headers)

    @property
    def headers(self) -> list[tuple[str, bytes]]:
        """The headers of the record that is sent again: its own, and where it comes from."""
        own = [pair for pair in self.record.headers if not pair[0].startswith(PREFIX)]
        place = f"{self.record.topic}/{self.record.partition}/{self.record.offset}"
        return [*own, (REDRIVEN, place.encode())]


@dataclass(frozen=True)
class Group:
    """Dead letters of one topic with the same service and reason; `newest` is ISO 8601."""

    topic: str
    service: str
    reason: str
    waiting: int
    sent_again: int
    newest: str


def tally(letters: Sequence[DeadLetter]) -> list[Group]:
    """The letters counted by topic, service and reason."""
    groups: dict[tuple[str, str, str], list[DeadLetter]] = defaultdict(list)
    for letter in letters:
        about = dead_headers(letter.record)
        key = (letter.original_topic, about.get("service", "?"), about.get("reason", "?"))
        groups[key].append(letter)
    return [
        Group(
            *key,
            waiting=sum(not letter.is_sent_again for letter in found),
            sent_again=sum(letter.is_sent_again for letter in found),
            newest=max(dead_headers(letter.record).get("at", "") for letter in found),
        )
        for key, found in sorted(groups.items())
    ]


async def read_letters(settings: KafkaSettings, topics: Sequence[Topic]) -> list[DeadLetter]:
    """Every letter that is there now, oldest first."""
    async with look_on(settings, topics) as onlooker:
        records = [record async for record in onlooker.backlog()]
    done = {TopicPartition(record.topic, record.partition): set[int]() for record in records}
    for record in records:
        if (offset := receipt_for(record)) is not None:
            done[TopicPartition(record.topic, record.partition)].add(offset)
    return [
        DeadLetter(record, record.offset in done[TopicPartition(record.topic, record.partition)])
        for record in records
        if receipt_for(record) is None
    ]


async def send_again(settings: KafkaSettings, letters: Sequence[DeadLetter]) -> dict[int, str]:
    """Send letters to their topics, key and value as they were, each followed by its receipt.

    Returns the offsets of those that can't be sent, with the reason; they go on waiting. A crash
    between a letter and its receipt leaves one that may be sent once more; services take a
    repeat for what it is.
    """
    left = {}
    async with make_producer(settings, "segue-cli") as producer:
        for letter in letters:
            record = letter.record
            if "value" in dead_headers(record).get(CUT, ""):
                left[record.offset] = "its value did not fit into the letter"
                continue
            try:
                await producer.send_and_wait(
                    letter.original_topic,
                    key=record.key,
                    value=record.value,
                    headers=letter.headers,
                )
            except REFUSED as error:
                left[record.offset] = f"the broker refuses it: {type(error).__name__}"
            else:
                await _leave_receipt(producer, letter)
    return left


async def _leave_receipt(producer: Producer, letter: DeadLetter) -> None:
    await producer.send_and_wait(
        letter.record.topic,
        key=letter.record.key,
        value=b"",
        partition=letter.record.partition,
        headers=[(RECEIPT, str(letter.record.offset).encode())],
    )
