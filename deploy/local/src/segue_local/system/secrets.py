"""The secrets of a local system: made once, kept in its state folder, readable by the owner."""

import json
import secrets
from pathlib import Path

from segue_local.simulator import DEFAULT_ACCOUNT, DEFAULT_TOKEN

GENERATED = ("SEGUE_OPERATOR_TOKEN", "SEGUE_INTERNAL_TOKEN", "SEGUE_SESSION_SECRET")


def local_secrets(folder: Path) -> dict[str, str]:
    """Variables for everything that the environment doesn't set, the same at every start."""
    file = folder / "secrets.json"
    if file.exists():
        kept: dict[str, str] = json.loads(file.read_text())
        return kept
    made = {name: secrets.token_urlsafe(32) for name in GENERATED}
    file.touch(mode=0o600)
    file.write_text(json.dumps(made))
    return made


def simulated_account() -> dict[str, str]:
    """Credentials that only the carrier simulator accepts."""
    return {"TWILIO_ACCOUNT_SID": DEFAULT_ACCOUNT, "TWILIO_AUTH_TOKEN": DEFAULT_TOKEN}
