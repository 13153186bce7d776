"""Starts the voice bridge."""

import sys
from importlib.resources import files

from segue_common.runtime.service import run_service

from segue_voice_bridge.app import build

if __name__ == "__main__":
    sys.exit(run_service("voice-bridge", build, files("segue_voice_bridge") / "migrations"))
