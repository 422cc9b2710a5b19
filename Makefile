# Sets itself up on a fresh Debian-like machine; `make` alone says what there is.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV ?= .venv
# One more than the cores this is meant for: tests wait for servers and pages now and then.
WORKERS ?= 3
BIN := $(VENV)/bin
RUN := .make/run
DEV := .make/dev
ENGINES := .make/engines
LOCKS := requirements/build.txt requirements/run.txt

.PHONY: help demo test test-engines lint serve bench docs messages screenshots lock clean

help:  ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

demo: $(RUN)  ## a made-up company in your browser; sets up what is missing
	@$(BIN)/python -m scripts.build
	@$(BIN)/kpilot demo --folder demo-project

test: lint browser  ## every check and every test, those in the browser too
	@$(BIN)/python -m scripts.build
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

test-engines: $(ENGINES) java  ## the same figures on PostgreSQL, ClickHouse and Spark
	@ENGINES="postgres clickhouse spark" $(BIN)/python -m pytest tests/engines -n $(WORKERS) --dist loadfile

lint: $(DEV)  ## ruff, mypy --strict, TypeScript and the import rules
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m scripts.frontend check

serve: $(RUN)  ## the project folder in DIR (DIR=demo-project unless said)
	@$(BIN)/python -m scripts.build
	@$(BIN)/kpilot serve --project $(or $(DIR),demo-project)

bench: $(DEV)  ## how fast it is, measured side by side
	@$(BIN)/python -m benchmarks

docs: $(DEV)  ## writes docs/reference from the KPIs, tables, settings and commands
	@$(BIN)/python -m scripts.reference

messages: $(DEV)  ## compiles the translations and says what has no French
	@$(BIN)/python -m scripts.messages
	@$(BIN)/python -m scripts.messages --check

screenshots: $(DEV) browser  ## pictures of the pages in screenshots/
	@$(BIN)/python -m scripts.screenshots

lock: $(DEV)  ## compiles requirements/ anew from pyproject.toml
	@scripts/lock

clean:  ## removes everything that was built, not the demo project
	rm -rf .make build dist kpilot/web/static/dist kpilot/locale/*/LC_MESSAGES frontend/node_modules \
	  .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis screenshots

.PHONY: browser java
browser:
	@scripts/browser

java:
	@scripts/java

# A stamp is older than what it was made from when something has to be installed again.
$(RUN): $(LOCKS) pyproject.toml hatch_build.py scripts/setup
	@scripts/setup run

$(DEV): $(LOCKS) requirements/dev.txt pyproject.toml hatch_build.py scripts/setup
	@scripts/setup dev

$(ENGINES): $(DEV) requirements/engines.txt
	@scripts/setup engines
