"""A small service for the runtime's tests: counts messages per conversation, in order.

Every message adds a line to `seen` and is answered on the delivery topic with its number; the
text "bad" fails in the handler, "sql" fails in the database, "limit" is more than that can do,
"job" is answered by a job, and the answer to "huge" is larger than the broker takes. At the first
"stray" a future is found cancelled that a library had, and "end" ends what consumes for good.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from segue_common.decisions import NewJob
from segue_common.events import DeliveryUpdated, Event, EventData, MessageReceived, Model
from segue_common.events.topics import INBOUND, MAX_MESSAGE_BYTES
from segue_common.runtime.jobs import Done, Job, Outcome
from segue_common.runtime.service import Definition, Platform, run_service
from segue_common.runtime.transaction import Transaction

SERVICE = "ingest"
TOO_LARGE = MAX_MESSAGE_BYTES + 200_000
MIGRATION = """
CREATE TABLE seen (
    conversation_id uuid, number int, text text, PRIMARY KEY (conversation_id, number)
);
"""


strays: list[str] = ["one"]


class Work(Model):
    message_id: UUID


def answer(number: int, message_id: UUID) -> DeliveryUpdated:
    return DeliveryUpdated(
        message_id=message_id, channel="sms", status="sent", provider=str(number)
    )


async def handle(work: Transaction, events: Sequence[Event[EventData]]) -> None:
    for event in events:
        if isinstance(event.data, DeliveryUpdated):
            work.publish(event)
            continue
        assert isinstance(event.data, MessageReceived)
        text = event.data.text
        if text == "bad":
            raise ValueError("the handler doesn't like this one")
        if text == "sql":
            await work.conn.execute("SELECT 1 / 0")
        if text == "limit":
            await work.conn.execute(b"SELECT " + b",".join([b"1"] * 2_000))
        if text == "stray" and strays:
            cancelled = asyncio.get_running_loop().create_future()
            cancelled.cancel(strays.pop())
            await cancelled
        if text == "end":
            for task in asyncio.all_tasks():
                if "_run_consume_loop" in repr(task.get_coro()):
                    task.cancel()
        cursor = await work.conn.execute(
            "INSERT INTO seen SELECT %s, count(*) + 1, %s FROM seen WHERE conversation_id = %s "
            "RETURNING number",
            (event.subject, text, event.subject),
        )
        row = await cursor.fetchone()
        assert row is not None
        if text == "job":
            job = NewJob(
                "answer", str(event.id), Work(message_id=event.id), lane=str(event.subject)
            )
            work.schedule(job, event)
        elif text == "huge":
            huge = answer(int(str(row[0])), event.id).model_copy(update={"error": "x" * TOO_LARGE})
            work.emit(huge, event)
        else:
            work.emit(answer(int(str(row[0])), event.id), event)


def note_call(line: str) -> None:
    with Path(os.environ["CALLS_FILE"]).open("a") as file:
        file.write(line)


async def run_job(job: Job) -> Outcome:
    work = Work.model_validate_json(job.payload)
    note_call(f"{work.message_id} interrupted={job.interrupted}\n")
    return Done((answer(0, work.message_id),))


async def build(_: Platform) -> Definition:
    return Definition(
        handler=handle, handles={INBOUND: frozenset({MessageReceived})}, runners={"answer": run_job}
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "0001_seen.sql").write_text(MIGRATION)
        sys.exit(run_service(SERVICE, build, Path(folder)))
