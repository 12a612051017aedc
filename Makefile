# The commands of this project. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
PORT ?= 8501
WORKERS ?= logical --maxprocesses 4
VENV := .venv
PY := $(VENV)/bin/python
DEMONSTRATION := sample_data/demonstration.duckdb
CODE := dashboard.py pages queries cockpit sample_data
# Always into its own file: invented rows never go where COCKPIT_DATABASE_URL may point.
SAMPLE = env -u COCKPIT_DATABASE_URL $(PY) -m cockpit sample
PIP := $(PY) -m pip install --quiet --disable-pip-version-check

.PHONY: help
help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile
	@echo "Settings: PYTHON=python3.12 (for a new .venv), PORT=8501, WORKERS=2, TESTS=tests/app; docs: README.md"

.PHONY: run
run: $(VENV)/run.stamp $(if $(COCKPIT_DATABASE_URL),,$(DEMONSTRATION)) ## Serve the cockpit on http://localhost:8501
	exec $(PY) -m cockpit serve --port $(PORT)

.PHONY: sample
sample: $(VENV)/run.stamp ## Build the demonstration database anew
	$(SAMPLE)

.PHONY: check
check: $(VENV)/dev.stamp ## Format, lint, types, and the rules of the house
	$(PY) -m ruff format --check $(CODE) tests
	$(PY) -m ruff check $(CODE) tests
	$(PY) -m mypy $(CODE)
	$(PY) -m pytest -q tests/test_architecture.py

.PHONY: format
format: $(VENV)/dev.stamp ## Format the code and put its imports in order
	$(PY) -m ruff check --quiet --fix --select I $(CODE) tests
	$(PY) -m ruff format $(CODE) tests

.PHONY: test
test: $(VENV)/dev.stamp browser ## Run every test: units, both engines, AppTest, a real browser
	$(PY) -m pytest -n $(WORKERS) --dist worksteal --durations=20 $(TESTS)

.PHONY: bench
bench: $(VENV)/dev.stamp $(DEMONSTRATION) ## Time a filter change on every page, as docs/benchmarks.md has it
	$(PY) -m tests.bench $(BENCH)

.PHONY: bench-intake
bench-intake: $(VENV)/dev.stamp ## Time an import of a million rows against a plain read of the file
	$(PY) -m tests.bench_intake $(BENCH)

.PHONY: pictures
pictures: $(VENV)/dev.stamp browser ## Take whole-page pictures of the cockpit that runs on PORT
	$(PY) -m tests.browser.pictures --url http://localhost:$(PORT) $(PAGES)

.PHONY: messages
messages: $(VENV)/dev.stamp ## Take new texts from the code into the Chinese catalogue
	$(VENV)/bin/pybabel -q extract -F pyproject.toml -k N_ --no-location --sort-output --omit-header \
		-o cockpit/locale/cockpit.pot $(CODE)
	$(VENV)/bin/pybabel -q update -D cockpit -d cockpit/locale -l zh_CN -i cockpit/locale/cockpit.pot \
		--no-fuzzy-matching --ignore-obsolete

.PHONY: browser
browser: ## Install the browser and the Chinese font of the browser tests, where apt may
	@tests/browser/install.sh

.PHONY: clean
clean: ## Remove the environment, the demonstration database and every cache
	rm -rf $(VENV) $(DEMONSTRATION) pictures .pytest_cache .hypothesis .mypy_cache .ruff_cache cockpit/locale/cockpit.pot
	find $(CODE) tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(DEMONSTRATION): | $(VENV)/run.stamp
	$(SAMPLE)

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) was not found: install Python 3.11 or newer, or say which one with PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$$($(PYTHON) --version) is too old: the cockpit needs Python 3.11 or newer; say which one with PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make environments: install its venv package (Debian: apt-get install python3-venv)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements.txt | $(VENV)/bin/python
	$(PIP) -r requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/run.stamp
	$(PIP) -r requirements-dev.txt
	@touch $@
