"""Starts support."""

import sys

from segue_common.runtime.service import run_service

from segue_support.app import build

if __name__ == "__main__":
    sys.exit(run_service("support", build))
