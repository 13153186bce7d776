"""How the other commands find a system that `segue up` runs in this folder."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

STATE_FOLDER = Path(".segue")
FILE = "environment.json"
# Where this is set, a system is configured and the local one is none of our business.
CONFIGURED = "SEGUE_KAFKA_BOOTSTRAP"
# These start a system, so they must not take over the addresses of one that has stopped.
STARTERS = frozenset({"up"})


def write_local_environment(state: Path, environment: Mapping[str, str]) -> None:
    """Leave the addresses and secrets of a running system in its state folder, for its owner."""
    file = state / FILE
    file.touch(mode=0o600)
    file.write_text(json.dumps(dict(environment)))


def forget_local_environment(state: Path) -> None:
    """The system has stopped."""
    (state / FILE).unlink(missing_ok=True)


def use_local_environment(command: str, folder: Path = STATE_FOLDER) -> None:
    """Add what a system running in this folder uses, unless one is configured already."""
    file = folder / FILE
    if command in STARTERS or CONFIGURED in os.environ or not file.exists():
        return
    environment: dict[str, str] = json.loads(file.read_text())
    for name, value in environment.items():
        os.environ.setdefault(name, value)
