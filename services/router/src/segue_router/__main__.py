"""Starts the router."""

import sys
from importlib.resources import files

from segue_common.runtime.service import run_service

from segue_router.app import build

if __name__ == "__main__":
    sys.exit(run_service("router", build, files("segue_router") / "migrations"))
