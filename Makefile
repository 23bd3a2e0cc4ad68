# Two commands: `make up` runs Assay, `make test` proves it. Both do their own set-up on a fresh machine.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
SOURCES := src tests benchmarks examples hatch_build.py
NPM := npm --prefix web --loglevel=error
WEB_INSTALLED := web/node_modules/.package-lock.json
WEB_BUILT := src/assay/server/site/static/index.html
WEB_SOURCES := $(shell find web/src web/public web/scripts web/index.html web/vite.config.ts -type f 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help up dev test test-python test-web check format lint types imports web web-check api pictures lock bench clean

help: ## Show what can be done
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

up: $(VENV)/.demo $(WEB_BUILT) ## Install what is needed, start the engine, and print a sign-in link to the demo
	@exec $(BIN)/assay up --seed examples/demo.py

dev: $(VENV)/.development $(WEB_INSTALLED) ## The same with both halves reloaded on every change: open the second address
	@trap 'kill 0' EXIT; $(NPM) run dev & $(BIN)/assay up --seed examples/demo.py --reload

test: check test-python test-web ## Prove it: style, types, import rules, and every test, in the browser too

test-python: $(VENV)/.development .debian-packages $(WEB_BUILT)
	$(BIN)/pytest -n 2 --dist worksteal

test-web: $(VENV)/.development .debian-packages $(WEB_BUILT)
	$(NPM) test
	$(NPM) run end-to-end

check: format lint types imports web-check ## Style, types and import rules, in seconds

web-check: $(WEB_INSTALLED)
	$(NPM) run check

web: $(WEB_BUILT) ## Build the web app into the package

api: $(VENV)/.development $(WEB_INSTALLED) ## Generate the web app's typed client from the server's OpenAPI
	$(NPM) run api

pictures: $(VENV)/.demo $(WEB_BUILT) .debian-packages ## Screenshots of every page and editor, light and dark, into docs/pictures
	$(NPM) run pictures

$(WEB_INSTALLED): web/package.json web/package-lock.json
	@node -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)' \
		|| { echo "Node 20 or later is needed to build the web app."; exit 1; }
	@echo "Installing what the web app needs, once ..."
	npm ci --prefix web --no-audit --no-fund --loglevel=error
	@touch $@

$(WEB_BUILT): $(WEB_INSTALLED) $(WEB_SOURCES)
	$(NPM) run build -- --logLevel warn

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
	rm -rf $(VENV) build dist .debian-packages web/node_modules src/assay/server/site/static

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

# The tests run against Debian's PostgreSQL too, and in its Chromium.
.debian-packages:
	@missing=""; \
	ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing="$$missing postgresql"; \
	command -v chromium >/dev/null || missing="$$missing chromium"; \
	if [ -z "$$missing" ]; then :; \
	elif [ "$$(id -u)" = 0 ]; then \
		apt-get update -qq && apt-get install -qq -y --no-install-recommends $$missing fonts-dejavu-core; \
	else echo "The tests need Debian packages: sudo apt-get install$$missing"; exit 1; fi
	@touch $@
