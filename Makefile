# Two commands: `make up` runs Assay, `make test` proves it. Both do their own set-up on a fresh machine.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
SOURCES := src tests benchmarks examples

.DEFAULT_GOAL := help
.PHONY: help up dev test check format lint types imports lock bench clean

help: ## Show what can be done
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

up: $(VENV)/.demo ## Install what is needed, start the engine, and print a sign-in link to the demo
	@exec $(BIN)/assay up --seed examples/demo.py

dev: $(VENV)/.development ## The same, restarted whenever a source file changes
	@exec $(BIN)/assay up --seed examples/demo.py --reload

test: $(VENV)/.development .debian-packages check ## Prove it: style, types, import rules, and every test
	@# Killing servers on a busy machine is a matter of timing: what failed must pass alone, or it has failed.
	$(BIN)/pytest -n 2 --dist worksteal || { \
		echo "Once more, alone, what failed (look at it even if it passes now):"; \
		$(BIN)/pytest --last-failed --last-failed-no-failures none; }

check: format lint types imports ## Style, types and import rules, in seconds

format: $(VENV)/.development ## Check the format (write it with `make format FIX=1`)
	$(BIN)/ruff format $(if $(FIX),,--check) --quiet $(SOURCES)

lint: $(VENV)/.development
	$(BIN)/ruff check $(if $(FIX),--fix,) --quiet $(SOURCES)

types: $(VENV)/.development
	$(BIN)/mypy

imports: $(VENV)/.development
	$(BIN)/lint-imports --no-cache

bench: $(VENV)/.development ## Every benchmark; see docs/performance.md for single ones
	$(BIN)/python -m benchmarks

lock: $(VENV)/.development ## Resolve the dependencies anew and lock them by hash
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 \
		pyproject.toml -o requirements/runtime.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 \
		pyproject.toml --extra examples --group build -o requirements/demo.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 \
		pyproject.toml --extra examples --group build --group test -o requirements/development.lock

clean: ## Remove what the other targets installed and built; data in ASSAY_HOME stays
	rm -rf $(VENV) build dist .debian-packages

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or later is needed; set PYTHON to one."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: $(BIN)/python requirements/demo.lock pyproject.toml
	@echo "Installing Assay and what it needs, once ..."
	$(PIP_INSTALL) -r requirements/demo.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.development: $(BIN)/python requirements/development.lock pyproject.toml
	@echo "Installing Assay and what its tests need, once ..."
	$(PIP_INSTALL) -r requirements/development.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.demo

# The tests run against Debian's PostgreSQL too.
.debian-packages:
	@if ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1; then :; \
	elif [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -qq -y --no-install-recommends postgresql; \
	else echo "The tests need Debian's postgresql package: sudo apt-get install postgresql"; exit 1; fi
	@touch $@
