"""Runs the command line against the system under test."""

import os
import subprocess
import sys

from segue_local.system import System


def segue(system: System, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The finished command with its output."""
    return subprocess.run(
        [sys.executable, "-m", "segue_common.cli.main", *arguments],
        env={**os.environ, **system.environment}, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
