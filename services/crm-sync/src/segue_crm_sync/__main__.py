"""Starts crm-sync."""

import sys
from importlib.resources import files

from segue_common.runtime.service import run_service

from segue_crm_sync.app import build

if __name__ == "__main__":
    sys.exit(run_service("crm-sync", build, files("segue_crm_sync") / "migrations"))
