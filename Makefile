.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
UV := .bootstrap/bin/uv
MEMBERS := libs/common libs/dialogue services/ingest services/router services/qualifier services/booking services/support services/voice-bridge services/crm-sync deploy/local
# What takes replicas of everything and many deaths has a target of its own: faults.
LONG_FAULTS := tests/faults/test_promises.py tests/faults/test_soak.py
QUICK := $(addprefix --ignore=,$(LONG_FAULTS))
SOURCES := $(addsuffix /src,$(MEMBERS))

.PHONY: help setup demo up bench eval soak test check browser format lock faults

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

setup: $(VENV)/.installed ## install everything into .venv (needs Python 3.11+ and the network)

# uv comes into an environment of its own, so the machine needs nothing but Python.
$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Segue needs Python 3.11 or newer; set PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv .bootstrap
	.bootstrap/bin/python -m pip install --quiet --disable-pip-version-check uv

$(VENV)/.installed: $(UV) requirements.lock $(addsuffix /pyproject.toml,$(MEMBERS))
	$(UV) venv --quiet --allow-existing --python $(PYTHON) $(VENV)
	$(UV) pip install --quiet --python $(VENV) --require-hashes -r requirements.lock
	$(UV) pip install --quiet --python $(VENV) --no-deps --no-build-isolation $(foreach m,$(MEMBERS),-e $(m))
	@touch $@

lock: $(UV) ## resolve dependencies anew into requirements.lock
	$(UV) lock
	$(UV) export --quiet --no-header --format requirements-txt --all-packages --no-emit-workspace -o requirements.lock

format: setup ## rewrite the code in the house format
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

check: setup ## format, lint, types, import rules, contract drift
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy $(SOURCES)
	$(VENV)/bin/lint-imports
	$(VENV)/bin/python -m segue_common.events.asyncapi --check docs/asyncapi.json

# Two files at a time: most tests wait for servers. Many kill and restart them, and on a starved
# machine one may miss its deadline: what fails is told, tried once more by itself, and fails the
# run if it fails again.
test: setup browser ## pass the tests: unit, contract, flow, browser
	$(VENV)/bin/pytest -n 2 --dist loadfile $(QUICK) || $(VENV)/bin/pytest $(QUICK) --last-failed --last-failed-no-failures none

faults: setup ## the long fault tests: replicas killed, paused and replaced, clocks wrong, bursts
	$(VENV)/bin/pytest $(LONG_FAULTS)

# The browser tests drive a headless Chromium.
browser:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || \
	  { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; } || \
	  { echo "install Chromium for the browser tests (Debian: apt-get install chromium)"; exit 1; }

up: setup ## start everything on this machine and keep it running
	$(VENV)/bin/segue up $(ARGS)

demo: setup ## start everything, play two leads, leave it running (ARGS=--exit ends after the play)
	$(VENV)/bin/python -m segue_local.demo $(ARGS)

soak: setup ## kill everything while people write, then check the promises (SEED=n MINUTES=10)
	$(VENV)/bin/python -m segue_local.soak $(if $(SEED),--seed $(SEED)) --minutes $(or $(MINUTES),10) $(ARGS)

bench: setup ## measure, each figure beside its baseline (ARGS="pipeline --short" for one, briefly)
	$(VENV)/bin/python -m bench $(ARGS)

eval: setup ## how well it understands: routing, opt-outs, times, facts, answers from documents
	$(VENV)/bin/python -m segue_dialogue.cli.evaluation libs/dialogue/tests/data
	$(VENV)/bin/python -m segue_support.evaluation
