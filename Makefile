# Everything a person needs, in one word each. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# The lock decides every version; nothing is to be taken from an active environment or fetched as a second Python.
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME CONDA_PREFIX
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := $(CURDIR)/.venv
export UV_LINK_MODE := copy
# Every test that starts a command would otherwise compile the libraries again where Python may not keep the result.
export UV_COMPILE_BYTECODE := 1

BIN := .venv/bin
UV := .uv/bin/uv
PYTEST := $(BIN)/python -m pytest
# Two processes are what the smallest machine we care for has cores.
WORKERS ?= 2
SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3 python; do \
	if $$p -c '$(SUPPORTED)' 2>/dev/null; then command -v $$p; break; fi; done)
PIP_INSTALL := install --quiet --disable-pip-version-check --require-hashes --requirement .ci/uv.txt

.PHONY: help run test check lint format types imports campaign bench lock servers clean

help: ## list the commands
	@sed -n 's/^\([a-z][a-z]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | while IFS=$$'\t' read -r name words; do \
		printf '  make %-9s %s\n' "$$name" "$$words"; done

run: .venv/.ready ## set up and start the whole product on this machine; Ctrl-C stops it
	@exec $(BIN)/approval run

test: .venv/.ready-dev servers ## set up and run every test, with branch coverage
	@$(BIN)/coverage erase
	@tests/servers/in_memory.sh $(PYTEST) -q -n $(WORKERS) --dist worksteal --cov --cov-report=term
	@# The rules themselves are tested to the last branch. Silent when they are, so that pytest has the last word.
	@$(BIN)/coverage report --include='approval/domain/*' --fail-under=100 >.coverage-domain.txt \
		|| { cat .coverage-domain.txt; exit 1; }

check: .venv/.ready-dev ## before a push: lint, format, types, import contracts, fast tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(PYTEST) -q tests/unit tests/architecture --ignore tests/architecture/test_tools.py

lint: .venv/.ready-dev ## look for faults with ruff
	@$(BIN)/ruff check .

format: .venv/.ready-dev ## lay the code out and mend what can be mended
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: .venv/.ready-dev ## check types with mypy --strict
	@$(BIN)/mypy

imports: .venv/.ready-dev ## check that imports run downwards only
	@$(BIN)/lint-imports

campaign: .venv/.ready-dev servers ## the long series of races, crashes and random walks (an hour or more)
	@$(PYTEST) -q -m campaign -o timeout=7200 -s

bench: .venv/.ready-dev servers ## measure, and compare with the goals
	@$(PYTEST) -q -m bench tests/bench -s

lock: $(UV) ## choose versions anew and write both lock files
	@$(UV) lock
	@$(UV) export --quiet --frozen --no-dev --no-emit-project --no-header --output-file requirements.lock

servers: ## install what tests need (root and apt only)
	@tests/servers/install.sh

clean: ## remove environments, caches and reports; never data
	@rm -rf .venv .uv .coverage* .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .benchmarks
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

# Debian may ship Python without ensurepip; its own pip can still fill an environment that has none.
$(UV): .ci/uv.txt
	@[ -n "$(PYTHON)" ] || { echo "Cần Python 3.11–3.13. / Python 3.11 to 3.13 is needed: install it and try again." >&2; exit 1; }
	@echo "Đang chuẩn bị môi trường… / Preparing the environment…"
	@rm -rf .uv
	@if "$(PYTHON)" -m venv .uv >/dev/null 2>&1; then \
		.uv/bin/python -m pip $(PIP_INSTALL); \
	else \
		rm -rf .uv && "$(PYTHON)" -m venv --without-pip .uv && "$(PYTHON)" -m pip --python .uv/bin/python $(PIP_INSTALL); \
	fi || { rm -rf .uv; echo "Không cài được uv; cần pip và mạng. / Could not install uv: pip and a network are needed." >&2; exit 1; }
	@touch $(UV)

# Each stamp says that the environment holds at least what the command needs; `--inexact` keeps the other's packages.
.venv/.ready: uv.lock pyproject.toml | $(UV)
	@$(UV) sync --quiet --frozen --no-dev --inexact --python "$(PYTHON)"
	@touch $@

.venv/.ready-dev: uv.lock pyproject.toml | $(UV)
	@$(UV) sync --quiet --frozen --inexact --python "$(PYTHON)"
	@touch .venv/.ready $@
