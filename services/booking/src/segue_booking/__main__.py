"""Starts the booking service."""

import sys
from importlib.resources import files

from segue_common.runtime.service import run_service

from segue_booking.app import build

sys.exit(run_service("booking", build, files("segue_booking") / "migrations"))
