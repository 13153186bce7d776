"""Starts the qualifier."""

import sys
from importlib.resources import files

from segue_common.runtime.service import run_service

from segue_qualifier.app import build

sys.exit(run_service("qualifier", build, files("segue_qualifier") / "migrations"))
