"""Commands find the system that runs in this folder, and only when none is configured."""

import os
from pathlib import Path

import pytest
from segue_common.cli.local_environment import (
    forget_local_environment,
    use_local_environment,
    write_local_environment,
)

RUNNING = {"SEGUE_KAFKA_BOOTSTRAP": "local:1", "SEGUE_OPERATOR_TOKEN": "t"}


@pytest.fixture(autouse=True)
def nothing_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in RUNNING:
        # Set first, so that what the code sets is undone afterwards.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


def test_a_running_system_is_found(tmp_path: Path) -> None:
    write_local_environment(tmp_path, RUNNING)
    assert (tmp_path / "environment.json").stat().st_mode & 0o777 == 0o600
    use_local_environment("tail", tmp_path)
    assert os.environ["SEGUE_KAFKA_BOOTSTRAP"] == "local:1"


def test_a_configured_system_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGUE_KAFKA_BOOTSTRAP", "production:9092")
    write_local_environment(tmp_path, RUNNING)
    use_local_environment("tail", tmp_path)
    assert os.environ["SEGUE_KAFKA_BOOTSTRAP"] == "production:9092"
    assert "SEGUE_OPERATOR_TOKEN" not in os.environ, "no mixture of two systems"


def test_a_stopped_system_and_a_start_are_left_alone(tmp_path: Path) -> None:
    write_local_environment(tmp_path, RUNNING)
    use_local_environment("up", tmp_path)
    assert "SEGUE_KAFKA_BOOTSTRAP" not in os.environ
    forget_local_environment(tmp_path)
    use_local_environment("tail", tmp_path)
    assert "SEGUE_KAFKA_BOOTSTRAP" not in os.environ
