# What is worth doing here, one word each; `make` alone lists it.
# GNU make 3.81 (macOS) is enough.

PYTHON ?= python3
JOBS ?= 2

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
DEPENDENCIES := $(VENV)/.dependencies
INSTALLED := $(VENV)/.installed

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help venv demo test test-slow lint check bench format hooks pins clean

help: ## list these
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

venv: $(INSTALLED) ## make .venv from hashed requirements (PYTHON=python3.12 chooses the Python)
	@:

demo: venv ## the whole way, on a local AWS
	@$(BIN)/personac demo

test: venv ## the fast tests, with coverage (one file: .venv/bin/pytest tests/test_load.py)
	@$(BIN)/pytest -n $(JOBS) --cov --cov-report=term

# pytest fails where it finds no test; as long as none is marked slow there is nothing to ask it.
test-slow: venv ## the slow tests
	@if grep -rqs --include='*.py' 'mark\.slow' tests; then \
	    $(BIN)/pytest -n $(JOBS) -m slow; \
	else \
	    echo 'no test is marked slow'; \
	fi

lint: venv ## ruff, mypy, import-linter, and that generated files are up to date
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/personac schema --check
	$(BIN)/personac explain --check
	$(BIN)/personac build --check

check: venv ## what a pull request to the catalog must pass
	@$(BIN)/personac check

bench: venv ## how fast, against a floor in the same run (benchmarks.difference takes minutes: run it by itself)
	@$(BIN)/python benchmarks/run.py
	@$(BIN)/python -m benchmarks.decisions
	@$(BIN)/python -m benchmarks.guardrails
	@$(BIN)/python -m benchmarks.plans

format: venv ## let ruff format, and mend what it can
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

hooks: venv ## run the linters before every commit
	$(BIN)/pre-commit install

# Resolved once for every Python and platform that we support, so that a dependency which only some of
# them need is pinned too. Pins stay as they are unless pyproject.toml asks for another version:
# `make pins UV='--upgrade'` takes new ones, UV='--upgrade-package moto' of one.
UV ?=
PINS_VENV := .venv-pins
COMPILE = $(PINS_VENV)/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 \
    --generate-hashes --no-header --system-certs $(UV)
pins: ## pin the dependencies of pyproject.toml again, in requirements/
	$(PYTHON) -m venv --clear $(PINS_VENV)
	$(PINS_VENV)/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes -r requirements/pins.txt
	$(COMPILE) pyproject.toml --extra sandbox --output-file requirements/run.txt
	$(COMPILE) pyproject.toml --extra sandbox --group develop --constraint requirements/run.txt --output-file requirements/develop.txt
	$(COMPILE) --group installer --output-file requirements/installer.txt
	$(COMPILE) --group pins --output-file requirements/pins.txt
	rm -rf $(PINS_VENV)

clean: ## remove what this file makes
	rm -rf $(VENV) $(PINS_VENV) .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist
	find compiler tests benchmarks -name __pycache__ -prune -exec rm -rf {} +

# The environment is made anew when the pins change, so that it never holds more than they say. A stamp
# is written last: an interrupted installation is begun again. --no-deps: the pins are complete, and pip
# need not resolve them again. --no-compile: Python compiles what is imported, when it is.
$(DEPENDENCIES): requirements/installer.txt requirements/develop.txt
	@command -v "$(PYTHON)" >/dev/null || { \
	    echo "There is no $(PYTHON) here. personac needs Python 3.11 or newer: make venv PYTHON=/path/to/python3.11" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "personac needs Python 3.11 or newer, and $(PYTHON) is $$("$(PYTHON)" --version 2>&1). Choose another: make venv PYTHON=python3.12" >&2; exit 1; }
	@echo "making $(VENV) with $$("$(PYTHON)" --version 2>&1); this takes a minute, once"
	@"$(PYTHON)" -m venv --clear $(VENV) || { \
	    echo "On Debian and Ubuntu the module venv is in the package python3-venv." >&2; exit 1; }
	@$(PIP) install --quiet --no-deps --no-compile --require-hashes -r requirements/installer.txt
	@$(PIP) install --quiet --no-deps --no-compile --require-hashes -r requirements/develop.txt
	@touch $@

$(INSTALLED): $(DEPENDENCIES) pyproject.toml
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@$(PIP) check --quiet || { echo "pyproject.toml asks for what requirements/ does not pin: make pins" >&2; exit 1; }
	@touch $@
