"""The `segue` program: listing, loading one command only, exit codes, and its speed."""

import os
import resource
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

SEGUE = Path(sys.executable).with_name("segue")
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("SEGUE_")}
NOBODY = {"SEGUE_KAFKA_BOOTSTRAP": "127.0.0.1:1"}
CONVERSATION = "018f3a7c-5b1e-7c4d-9a2b-000000000001"


def segue(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [SEGUE, *arguments],
        env={**CLEAN, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_help_lists_every_command_with_its_help() -> None:
    run = segue("--help")
    assert run.returncode == 0
    lines = {line.split()[0]: line for line in run.stdout.splitlines() if line.startswith("  ")}
    assert set(lines) == {entry.name for entry in entry_points(group="segue.commands")}
    assert "Check the configuration and every server" in lines["doctor"]


def test_help_loads_no_command_and_nothing_that_takes_long() -> None:
    script = (
        "import sys; from segue_common.cli.main import main; main(['--help']); "
        "sys.exit(' '.join(sorted(set(sys.argv[1:]) & set(sys.modules))))"
    )
    heavy = ("pydantic", "aiokafka", "psycopg", "yaml", "asyncio", "segue_common.cli.tail")
    run = subprocess.run(
        [sys.executable, "-c", script, *heavy], capture_output=True, text=True, check=False
    )
    assert run.stderr.strip() == ""


def test_help_takes_less_than_three_tenths_of_a_second_of_processor_time() -> None:
    taken = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        segue("--help")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(taken) < 0.3


def test_without_a_command_the_list_is_shown_and_nothing_done() -> None:
    run = segue()
    assert run.returncode == 2
    assert "usage: segue COMMAND" in run.stdout


def test_an_unknown_command_names_the_near_one() -> None:
    run = segue("tial")
    assert run.returncode == 2
    assert "did you mean tail?" in run.stderr


@pytest.mark.parametrize(
    ("arguments", "environment", "words"),
    [
        (["tail"], {}, "SEGUE_KAFKA_BOOTSTRAP"),
        (["topics"], NOBODY, "Kafka at 127.0.0.1:1"),
        (["tail", "lead"], NOBODY, "did you mean leads?"),
        (["dlq", "redrive", "leads"], NOBODY, "--all"),
        (["migrate"], {}, "SEGUE_POSTGRES_DSN"),
        (["timeline", CONVERSATION], {}, "SEGUE_OPERATOR_TOKEN"),
        (["timeline", "me"], {}, "'me' is no conversation ID"),
        (
            ["timeline", CONVERSATION],
            {"SEGUE_OPERATOR_TOKEN": "t", "SEGUE_PUBLIC_URL": "http://127.0.0.1:1"},
            "doesn't answer",
        ),
        (["say", CONVERSATION, "--person", "Robin", " "], NOBODY, "TEXT is empty"),
    ],
)
def test_what_cant_be_done_is_said_in_words(
    arguments: list[str], environment: dict[str, str], words: str
) -> None:
    run = segue(*arguments, **environment)
    assert run.returncode == 2
    assert words in run.stderr
    assert "Traceback" not in run.stderr


def test_a_reader_that_goes_away_ends_the_command_quietly() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = subprocess.run(
        [SEGUE, "doctor", "--no-services"], env=CLEAN, stdout=writing, stderr=subprocess.PIPE,
        check=False, timeout=60,
    )  # fmt: skip
    os.close(writing)
    assert process.stderr == b""
    assert process.returncode == 141


def test_doctor_says_what_is_missing_and_what_to_do(tmp_path: Path) -> None:
    run = segue(
        "doctor", SEGUE_REDIS_URL="redis://127.0.0.1:1", SEGUE_TENANTS=str(tmp_path), **NOBODY
    )
    assert run.returncode == 1
    for words in (
        "SEGUE_POSTGRES_DSN: Field required",
        "no tenant file",
        "127.0.0.1:1 doesn't answer",
        "see SEGUE_REDIS_URL",
        "/health/ready doesn't answer",
    ):
        assert words in run.stdout
