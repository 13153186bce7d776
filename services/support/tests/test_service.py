"""The support agent on the real broker and database, with the real Chroma."""

import asyncio
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from model_stand_in import Answer, StandIn, model_stand_in
from segue_common.runtime.provision import create_topics
from segue_common.runtime.settings import KafkaSettings
from support_lab import SAMPLES, Talk, turn
from waiting import eventually, free_port

TENANTS = {
    "acme-dental": f"knowledge: {SAMPLES}\n",
    "bolt": "knowledge: knowledge/bolt/\n",
    "bare": "",
}


class Service:
    """The service's process."""

    def __init__(self, environment: dict[str, str], log_file: Path) -> None:
        self.environment = environment
        self.log_file = log_file
        self.port = free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "segue_support"],
            env={**environment, "SEGUE_SUPPORT_PORT": str(self.port)},
            stderr=log_file.open("ab"),
        )

    def ready(self) -> tuple[int, str]:
        try:
            url = f"http://127.0.0.1:{self.port}/health/ready"
            with urllib.request.urlopen(url, timeout=5) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError as error:
            return 0, str(error)

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


@pytest.fixture(scope="module")
def environment(
    servers: Any, database_dsn: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    folder: Path = tmp_path_factory.mktemp("support")
    documents = folder / "tenants" / "knowledge" / "bolt"
    documents.mkdir(parents=True)
    (documents / "hours.md").write_text("# Hours\n\nBolt Repairs opens at 6:30 am every day.")
    for name, more in TENANTS.items():
        text = f"tenant: {name}\nname: {name.title()}\ntime_zone: UTC\n{more}"
        (folder / "tenants" / f"{name}.yaml").write_text(text)
    return {
        **{k: v for k, v in os.environ.items() if not k.startswith("OPENAI_")},
        "SEGUE_KAFKA_BOOTSTRAP": servers.kafka_bootstrap,
        "SEGUE_POSTGRES_DSN": database_dsn,
        "SEGUE_REDIS_URL": servers.redis_url,
        "SEGUE_TENANTS": str(folder / "tenants"),
        "SEGUE_CHROMA_PATH": str(folder / "chroma"),
    }


@pytest.fixture(scope="module")
def service(
    environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """The service without a model: answers are made in the handler."""
    service = Service(environment, tmp_path_factory.mktemp("logs") / "support.log")
    yield service
    assert service.stop() == 0


@pytest_asyncio.fixture
async def talk(service: Service, environment: dict[str, str]) -> AsyncIterator[Talk]:
    bootstrap = environment["SEGUE_KAFKA_BOOTSTRAP"]
    await create_topics(KafkaSettings(bootstrap=bootstrap))
    await eventually(lambda: service.ready()[0] == 200, "ready")
    async with Talk.open(bootstrap, service.log_file) as talk:
        yield talk


async def test_a_question_is_answered_with_its_source(talk: Talk) -> None:
    answer = await talk.ask("acme-dental", "How much do braces cost?")
    assert "$3,500" in answer.says[0]
    assert "Treatments" in answer.says[0]
    assert answer.sources == ("Treatments › Braces",)
    assert (answer.hand_off, answer.wants_person, answer.question) == (None, None, None)


async def test_what_is_not_known_is_said_and_a_person_offered(talk: Talk) -> None:
    answer = await talk.ask("acme-dental", "Do you sell boats?")
    assert "colleague" in answer.says[0]
    assert answer.wants_person == "no answer in the knowledge base"
    assert answer.sources == ()


async def test_several_questions_are_each_answered(talk: Talk) -> None:
    answer = await talk.ask(
        "acme-dental", "Where are you located? And do you sell boats?", "How much is a crown?"
    )
    [text] = answer.says
    assert "410 Maple Street" in text
    assert "$1,250" in text
    assert "“And do you sell boats”" in text
    assert answer.wants_person


async def test_a_qualification_under_way_is_resumed(talk: Talk) -> None:
    answer = await talk.ask("acme-dental", "Is there parking?", question="budget")
    assert "free" in answer.says[0]
    assert answer.hand_off is not None
    assert (answer.hand_off.to, answer.hand_off.reason) == ("sales", "resume")


async def test_an_unknown_answer_asks_nothing_where_a_question_follows(talk: Talk) -> None:
    answer = await talk.ask("acme-dental", "Do you sell boats?", question="budget")
    assert "?" not in answer.says[0]
    assert answer.hand_off is not None


async def test_a_slot_that_is_being_chosen_stays_open(talk: Talk) -> None:
    answer = await talk.ask("acme-dental", "Is there parking?", question="choose_slot")
    assert answer.hand_off is None


@pytest.mark.parametrize("words", ["Thanks a lot!", "hello", "My budget is $500"])
async def test_what_is_not_a_question_goes_to_sales(talk: Talk, words: str) -> None:
    answer = await talk.ask("acme-dental", words, intent="other")
    assert answer.says == ()
    assert answer.hand_off is not None
    assert answer.hand_off.to == "sales"


async def test_each_tenant_answers_from_its_own_documents(talk: Talk) -> None:
    assert "6:30 am" in (await talk.ask("bolt", "When do you open?")).says[0]
    assert "9:00 am" in (await talk.ask("acme-dental", "When do you open?")).says[0]
    assert (await talk.ask("bolt", "How much do braces cost?")).sources == ()
    assert (await talk.ask("bare", "When do you open?")).wants_person


async def test_the_answer_is_in_the_leads_language(talk: Talk) -> None:
    answer = await talk.ask("acme-dental", "¿Venden barcos?", language="es")
    assert "compañero" in answer.says[0]


async def test_documents_loaded_by_the_command_are_used_at_once(
    talk: Talk, environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "hours.md").write_text("# Hours\n\nBolt Repairs opens at 11:45 am now.")
    program = (
        "import argparse, sys; from segue_support.cli import knowledge as k; "
        "p = argparse.ArgumentParser(); k.add_arguments(p); sys.exit(k.run(p.parse_args()))"
    )
    command = [sys.executable, "-c", program, "load", "--tenant", "bolt", str(tmp_path)]
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await process.communicate()
    assert b"1 new, 0 unchanged, 1 removed" in printed
    assert "11:45 am" in (await talk.ask("bolt", "When do you open?")).says[0]


async def test_the_same_request_is_answered_once(talk: Talk) -> None:
    event = turn("acme-dental", "Is there parking?")
    await talk.send(event)
    await talk.send(event)
    last = turn("acme-dental", "Do you have an elevator?", conversation=event.subject)
    await talk.send(last)
    await talk.answer_to(last)
    assert len(talk.seen(event.subject)) == 2


async def test_a_models_words_are_used_if_the_passages_bear_them_out(
    environment: dict[str, str], service: Service, tmp_path: Path
) -> None:
    # Two members would share the topic: the one without a model has to leave.
    await eventually(lambda: service.ready()[0] == 200, "ready")
    assert service.stop() == 0
    with model_stand_in() as model:
        extra = {"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": model.url}
        second = Service({**environment, **extra}, tmp_path / "support.log")
        try:
            await eventually(lambda: second.ready()[0] == 200, "ready")
            async with Talk.open(environment["SEGUE_KAFKA_BOOTSTRAP"], second.log_file) as talk:
                await check_model_turns(talk, model)
        finally:
            second.stop()


def one(answer: str | None, *passages: int) -> list[Answer]:
    return [Answer({"answers": [{"answer": answer, "passages": list(passages)}]})]


async def check_model_turns(talk: Talk, model: StandIn) -> None:
    model.answers = one("Braces start at $3,500 for metal ones.", 1)
    answer = await talk.ask("acme-dental", "How much do braces cost?")
    assert "Braces start at $3,500 for metal ones." in answer.says[0]
    assert answer.model_use is not None
    assert answer.model_use.fell_back is None
    assert "Treatments" in model.asked[0]["messages"][0]["content"]

    model.answers = one("Braces are only $99 today!", 1)
    answer = await talk.ask("acme-dental", "How much do braces cost?")
    assert "$99" not in answer.says[0]
    assert "$3,500" in answer.says[0]
    assert answer.model_use is not None
    assert answer.model_use.fell_back == "words_figure"

    # What the documents say is said, whatever the model overlooks.
    model.answers = one(None)
    answer = await talk.ask("acme-dental", "How much do braces cost?")
    assert "$3,500" in answer.says[0]
    assert answer.model_use is not None
    assert answer.model_use.fell_back == "no_answer"
