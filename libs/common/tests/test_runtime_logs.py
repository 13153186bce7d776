"""What a process writes to its log."""

import json
import logging
from collections.abc import Iterator

import pytest
from segue_common.runtime.logs import configure_logging


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    root.setLevel(level)
    root.handlers[:] = handlers


def _messages(written: str) -> list[str]:
    return [json.loads(line)["message"] for line in written.splitlines()]


def test_only_our_own_words_are_written_below_a_warning(capsys):
    configure_logging("voice-bridge", "INFO")
    for name in ("segue_voice_bridge.ring", "segue_common.runtime.worker", "segue_dialogue.model"):
        logging.getLogger(name).info("ours")
        logging.getLogger(name).debug("too much")
    for name in ("httpx", "httpx2", "aiokafka.consumer", "twilio.http_client", "somebody.new"):
        logging.getLogger(name).info("POST https://example.com/Messages.json To=+12125550100")
        logging.getLogger(name).warning("theirs")
    assert _messages(capsys.readouterr().err) == ["ours"] * 3 + ["theirs"] * 5


def test_the_level_is_as_asked(capsys):
    configure_logging("voice-bridge", "ERROR")
    logging.getLogger("segue_voice_bridge.ring").warning("not wanted")
    logging.getLogger("segue_voice_bridge.ring").error("wanted")
    assert _messages(capsys.readouterr().err) == ["wanted"]
