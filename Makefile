# The two commands are `make demo` and `make test`; `make help` lists the rest.
PYTHON ?= python3
VENV   ?= .venv
RUN     = $(VENV)/bin/python
# Of two cores: browsers and services are waited for most of the time.
PYTEST_WORKERS ?= 3
READING = agente_hotelero/dialogue/understanding
MODEL   = $(READING)/model.npz

.DEFAULT_GOAL := help
.PHONY: help demo model eval test test-long verify lint format bench lock clean

help:            ## list the targets
	@grep -E '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 14

demo: $(VENV)/run.stamp $(MODEL)  ## the whole system on this machine: chat page and a signed curl
	$(RUN) -m agente_hotelero demo

model: $(MODEL)  ## what tells what guests want, from the phrases in the tree; with the extra `semantic`, of sentences too
	@$(RUN) -m agente_hotelero.learning

eval: $(VENV)/run.stamp $(MODEL)  ## how well guests are understood; CORPUS=folder for others' messages
	$(RUN) -m agente_hotelero.learning.report $(CORPUS)

test: lint $(MODEL)  ## lint, types, import contracts, tests with coverage
	scripts/test.sh $(RUN) $(PYTEST_WORKERS)

test-long: $(VENV)/dev.stamp $(MODEL)  ## what needs more than a few minutes: soak, drills, long chaos
	$(RUN) -m pytest -m long --timeout 1800 -n $(PYTEST_WORKERS) --dist loadgroup

# GATE="--accept-missing image-build,image-scan" or GATE="--only types"; --list names the steps.
verify: $(VENV)/dev.stamp $(VENV)/bench.stamp $(MODEL)  ## the release gate: every step DONE, or no release
	VENV=$(VENV) scripts/final-verification.sh $(GATE)

lint: $(VENV)/dev.stamp  ## ruff, mypy strict, import contracts
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy
	$(VENV)/bin/lint-imports

format: $(VENV)/dev.stamp  ## let ruff fix what it can
	$(RUN) -m ruff check --fix .
	$(RUN) -m ruff format .

bench: $(VENV)/bench.stamp $(MODEL)  ## ack, turns and actors, each against its baselines
	$(RUN) -m benchmarks

# --no-strip-extras: pip takes `coverage[toml]` and `coverage==…` for two requirements, and refuses the unpinned one.
LOCK = uv pip compile --quiet --universal --generate-hashes --no-strip-extras --no-header --no-emit-index-url --python-version 3.11
lock:            ## write the lock files anew from pyproject.toml (needs uv)
	$(LOCK) pyproject.toml --group build -o requirements.lock
	$(LOCK) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
	$(LOCK) pyproject.toml --extra bench -c requirements.lock -o requirements-bench.lock
	$(LOCK) pyproject.toml --extra audio -c requirements.lock -o requirements-audio.lock
	$(LOCK) pyproject.toml --extra semantic -c requirements.lock -o requirements-semantic.lock

clean:           ## remove the virtual environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name it: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "The venv module is missing; on Debian: apt-get install python3-venv"; exit 1; }
	@echo "Installing what requirements.lock pins, once; half a minute …"
	@$(PYTHON) -m venv $(VENV)

# One lock per purpose; the build back-end is in the run lock, so nothing is fetched unpinned.
$(VENV)/run.stamp: requirements.lock pyproject.toml hatch_build.py | $(VENV)/bin/python
	@$(RUN) -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements.lock
	@$(RUN) -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e .
	@touch $@

# Installing made it already; this makes it anew where phrases or code have changed since.
$(MODEL): $(wildcard $(READING)/phrases/*.yaml $(READING)/*.py agente_hotelero/learning/*.py) | $(VENV)/run.stamp
	@$(RUN) -m agente_hotelero.learning
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/run.stamp
	@$(RUN) -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/bench.stamp: requirements-bench.lock $(VENV)/run.stamp
	@$(RUN) -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements-bench.lock
	@touch $@
