"""Starts the ingest service."""

import sys
from importlib.resources import files

from segue_common.runtime.service import run_service

from segue_ingest.app import build

if __name__ == "__main__":
    sys.exit(run_service("ingest", build, files("segue_ingest") / "migrations"))
