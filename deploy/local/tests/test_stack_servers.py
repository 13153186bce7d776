"""The real servers: data outlives stops and kills, and nothing is left running."""

import asyncio
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError
from redis import Redis
from segue_local.stack import (
    FolderError,
    NotStartedError,
    Ports,
    PortTakenError,
    RunningStack,
    ServerDiedError,
    start_stack,
)
from segue_local.stack.folder import StateFolder
from segue_local.stack.kafka import Kafka
from segue_local.stack.processes import HAS_PROC, command_line, is_alive, wait_gone

TOPIC = "segue.test"
MEMORY_LIMIT = 600 * 2**20  # of the 1.5 GB that the whole system may take

PARENT = """
import sys, time
from pathlib import Path
from segue_local.stack import start_stack
stack = start_stack(Path(sys.argv[1]), need=set(sys.argv[2:]))
print(*stack.pids.values(), flush=True)
time.sleep(120)
"""

needs_proc = pytest.mark.skipif(not HAS_PROC, reason="the death signal is Linux's")


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stack") / "state"


@pytest.fixture(scope="module")
def stack(state: Path) -> Iterator[RunningStack]:
    with start_stack(state, ports=Ports.free(), say=print) as running:
        yield running


async def write_record(bootstrap: str, value: bytes) -> None:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all") as producer:
        await producer.send_and_wait(TOPIC, value, partition=0)


async def records(bootstrap: str, count: int) -> list[bytes]:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    async with consumer:
        consumer.assign([TopicPartition(TOPIC, 0)])
        return [(await asyncio.wait_for(consumer.getone(), 20)).value for _ in range(count)]


async def make_topic(bootstrap: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(TOPIC, num_partitions=1, replication_factor=1)])
    finally:
        await admin.close()


async def test_an_empty_folder_becomes_three_servers_that_keep_what_they_are_given(
    stack: RunningStack,
) -> None:
    await make_topic(stack.kafka_bootstrap)
    await write_record(stack.kafka_bootstrap, b"first")
    with psycopg.connect(stack.postgres_dsn) as database:
        database.execute("CREATE EXTENSION btree_gist")
        database.execute("CREATE TABLE word (text text)")
        database.execute("INSERT INTO word VALUES ('grüß')")
    with Redis.from_url(stack.redis_url) as cache:
        cache.set("word", "first")

    assert await records(stack.kafka_bootstrap, 1) == [b"first"]
    assert set(stack.pids) == {"kafka", "postgres", "valkey"}


def test_postgres_is_as_the_services_need_it(stack: RunningStack) -> None:
    with psycopg.connect(stack.postgres_dsn) as database:
        shown = {
            name: database.execute(f"SHOW {name}").fetchone()[0]
            for name in ("fsync", "server_encoding", "max_connections", "timezone")
        }
        version = database.info.server_version

    assert version // 10_000 == 18
    assert shown == {
        "fsync": "on",
        "server_encoding": "UTF8",
        "max_connections": "200",
        "timezone": "UTC",
    }


def test_postgres_asks_for_the_password_that_only_we_can_read(
    stack: RunningStack, state: Path
) -> None:
    assert (state / "postgres" / "password").stat().st_mode & 0o777 == 0o600
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(stack.postgres_dsn.replace(":", ":x", 2).replace(":x", ":", 1))


def test_failed_statements_leave_no_words_in_the_log(stack: RunningStack, state: Path) -> None:
    with (
        psycopg.connect(stack.postgres_dsn) as database,
        pytest.raises(psycopg.errors.InvalidTextRepresentation),
    ):
        database.execute("SELECT 'my secret'::text, %s::text::int", ["x"])

    assert "my secret" not in (state / "logs" / "postgres.log").read_text()


async def test_topics_are_not_made_by_mistake(stack: RunningStack) -> None:
    async with AIOKafkaProducer(
        bootstrap_servers=stack.kafka_bootstrap, request_timeout_ms=1000
    ) as producer:
        with pytest.raises(KafkaError):
            await producer.send_and_wait("typo", b"lost")


def test_an_interrupt_at_the_terminal_reaches_us_and_not_the_servers(stack: RunningStack) -> None:
    groups = {os.getpgid(pid) for pid in stack.pids.values()}

    assert os.getpgid(0) not in groups
    assert len(groups) == len(stack.pids)


def test_the_servers_stay_small(stack: RunningStack) -> None:
    sizes = stack.memory_bytes()

    assert sum(sizes.values()) < MEMORY_LIMIT, sizes
    if HAS_PROC:
        assert all(size > 0 for size in sizes.values())


@pytest.mark.parametrize("name", ["kafka", "postgres", "valkey"])
async def test_a_killed_server_comes_back_alone_with_what_it_had_acknowledged(
    stack: RunningStack, name: str
) -> None:
    before = stack.pids
    server = stack.server(name)
    address = server.address

    server.kill()
    assert set(stack.pids) == set(before) - {name}
    server.start()
    await asyncio.to_thread(server.wait_ready, 30)

    assert server.address == address
    assert {n: p for n, p in stack.pids.items() if n != name} == {
        n: p for n, p in before.items() if n != name
    }
    assert await records(stack.kafka_bootstrap, 1) == [b"first"]
    assert words(stack) == ["grüß"]


def test_a_server_that_ends_by_itself_is_seen(stack: RunningStack) -> None:
    os.kill(stack.pids["valkey"], signal.SIGKILL)
    stack.server("valkey")._process.wait(10)

    assert stack.ended == {"valkey": -signal.SIGKILL}
    stack.server("valkey").start()
    stack.server("valkey").wait_ready(10)
    assert stack.ended == {}


async def test_the_next_start_finds_the_same_addresses_and_data(
    stack: RunningStack, state: Path
) -> None:
    with Redis.from_url(stack.redis_url) as cache:
        cache.set("word", "kept")
    addresses = (stack.kafka_bootstrap, stack.postgres_dsn, stack.redis_url)
    pids = stack.pids.values()

    stack.stop()
    assert wait_gone(pids, 1)
    assert list((state / "run").iterdir()) == []
    with start_stack(state) as again:
        assert (again.kafka_bootstrap, again.postgres_dsn, again.redis_url) == addresses
        assert await records(again.kafka_bootstrap, 1) == [b"first"]
        assert words(again) == ["grüß"]
        with Redis.from_url(again.redis_url) as cache:
            assert cache.get("word") == b"kept"


@needs_proc
async def test_killing_the_parent_leaves_no_server_and_loses_nothing(state: Path) -> None:
    pids = start_and_kill_parent(state, "kafka", "postgres", "valkey")

    assert wait_gone(pids, 30), [command_line(pid) for pid in pids if is_alive(pid)]
    with start_stack(state) as again:
        assert await records(again.kafka_bootstrap, 1) == [b"first"]
        assert words(again) == ["grüß"]


@needs_proc
def test_a_server_that_outlived_its_parent_is_ended_at_the_next_start(state: Path) -> None:
    (orphan,) = start_and_kill_parent(state, "valkey", freeze=True)
    assert is_alive(orphan)
    said: list[str] = []

    with start_stack(state, need={"valkey"}, say=said.append) as again:
        assert not is_alive(orphan)
        assert again.pids["valkey"] != orphan
    assert f"stopping valkey left over from an earlier run (pid {orphan})" in said


@needs_proc
def test_a_postmaster_pid_with_the_number_of_a_stranger_does_not_block(state: Path) -> None:
    pid_file = state / "postgres" / "data" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{pid_file.parent}\n0\n1\n\n127.0.0.1\n0 0\nready\n")

    with start_stack(state, need={"postgres"}) as again:
        assert words(again) == ["grüß"]


def test_a_taken_port_is_named_and_nothing_stays(state: Path) -> None:
    ports = Ports.free()
    with (
        socket.create_server(("127.0.0.1", ports.postgres)),
        pytest.raises(PortTakenError, match=f"{ports.postgres}.*SEGUE_POSTGRES_PORT"),
    ):
        start_stack(state, ports=ports, need={"postgres", "valkey"})

    assert list((state / "run").iterdir()) == []
    with start_stack(state, need={"postgres", "valkey"}) as again:
        assert again.ports == ports


def test_a_server_that_cannot_start_shows_the_end_of_its_log(state: Path) -> None:
    folder = StateFolder(state)
    folder.open()
    ports = Ports.free()
    server = Kafka(folder, ports.kafka, ports.kafka_controller)
    meta = state / "kafka" / "data" / "meta.properties"
    kept = meta.read_text()
    meta.write_text("version=1\nnode.id=99\ncluster.id=someone-elses\n")
    try:
        server.start()
        with pytest.raises(ServerDiedError, match=r"kafka\.log:\n(.|\n)*99"):
            server.wait_ready(30)
    finally:
        server.stop()
        meta.write_text(kept)
        folder.close()


def test_a_lost_password_is_told(state: Path) -> None:
    password = state / "postgres" / "password"
    aside = password.rename(password.with_name("aside"))

    with pytest.raises(FolderError, match="password is missing"):
        start_stack(state, need={"postgres"})

    aside.rename(password)


def test_data_of_another_postgres_is_refused(state: Path) -> None:
    version = state / "postgres" / "data" / "PG_VERSION"
    version.write_text("17\n")

    with pytest.raises(FolderError, match="PostgreSQL 17, this is 18"):
        start_stack(state, need={"postgres"})

    version.write_text("18\n")


def test_what_was_not_asked_for_is_not_there(tmp_path: Path) -> None:
    with (
        start_stack(tmp_path, ports=Ports.free(), need=set()) as stack,
        pytest.raises(NotStartedError, match="kafka"),
    ):
        assert stack.kafka_bootstrap


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can hand a folder over")
def test_root_without_a_namespace_hands_the_folder_to_an_ordinary_account() -> None:
    nobody = pwd.getpwnam("nobody")
    state = Path(f"/tmp/segue-test-{os.getpid()}")  # pytest's own folders are closed to others
    (state / "postgres").mkdir(parents=True)
    os.chown(state / "postgres", nobody.pw_uid, nobody.pw_gid)
    try:
        with (
            start_stack(state, ports=Ports.free(), need={"postgres"}, durable=False) as stack,
            psycopg.connect(stack.postgres_dsn) as database,
        ):
            owner = (state / "postgres" / "data").stat().st_uid
            process = Path(f"/proc/{stack.pids['postgres']}").stat().st_uid
            fsync = database.execute("SHOW fsync").fetchone()

        assert (owner, process, fsync) == (nobody.pw_uid, nobody.pw_uid, ("off",))
    finally:
        shutil.rmtree(state)


def words(stack: RunningStack) -> list[str]:
    with psycopg.connect(stack.postgres_dsn) as database:
        return [row[0] for row in database.execute("SELECT text FROM word")]


def start_and_kill_parent(state: Path, *need: str, freeze: bool = False) -> list[int]:
    """Start servers in another process and SIGKILL it; frozen servers can't obey their signal."""
    command = [sys.executable, "-c", PARENT, str(state), *need]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        for pid in pids if freeze else []:
            os.kill(pid, signal.SIGSTOP)
        parent.kill()
    return pids
