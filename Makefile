# One entry for people and machines: GNU make >= 4.3, bash, Python >= 3.11. Everything else is set up here, inside .venv.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help demo check test lint types contracts system fix upgrade clean distclean

# The first Python that is new enough; `make PYTHON=python3.13 ...` chooses another one.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
  if "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo "$$p"; break; fi; done)
# The environment is made again whenever what it is made from, or its place, changes: the stamp carries a checksum.
READY := .venv/.ready-$(shell { cat pyproject.toml constraints.txt; pwd; } | cksum | tr -s ' ' '-')
BIN := .venv/bin
JOBS ?= 2
# A file stays with one worker, for what its tests share; files are taken in the order of tests/conftest.py.
PYTEST = $(BIN)/python -m pytest -q -n $(JOBS) --dist loadfile --no-loadscope-reorder

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

demo: $(READY) ## run the shipped example (a copy in demo/majiang, yours to edit) and write its report to demo/run
	@test -f demo/majiang/approval.yaml || $(BIN)/schoolplan new demo/majiang --example majiang
	@rm -rf demo/run
	@$(BIN)/schoolplan run demo/majiang/approval.yaml --out demo/run

check: lint types contracts ## lint, types, import contracts, quick tests: a few minutes, for every commit
	@$(PYTEST) -m "not slow"

test: system lint types contracts ## everything: `check`, the slow tests, the built wheel; what .ci/run calls
	@$(PYTEST)

lint: $(READY)
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --quiet --check .

types: $(READY)
	@$(BIN)/mypy

contracts: $(READY)
	@$(BIN)/lint-imports --no-logo

fix: $(READY) ## mend what ruff can mend by itself: import order, layout, simple faults
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

# uv resolves for all supported Pythons and systems at once; it does not read pip.conf: set UV_DEFAULT_INDEX for a mirror.
upgrade: $(READY) ## resolve constraints.txt anew (newest versions that fit together), then set up .venv with them
	@$(BIN)/python -m pip install --quiet --upgrade uv
	@mkdir -p build && echo '# Tried together; made by `make upgrade`, never by hand.' > build/constraints.txt
	@$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --upgrade --quiet --no-header \
	  --no-annotate --no-emit-index-url --no-emit-find-links >> build/constraints.txt
	@mv build/constraints.txt constraints.txt && git --no-pager diff --stat -- constraints.txt && $(MAKE) check

clean: ## remove caches and build products; keeps .venv and demo/majiang
	@rm -rf build dist demo/run .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

distclean: clean ## also remove .venv
	@rm -rf .venv

# What the tests need from the system: a Chromium that opens the report with the network off, a PostGIS that the tests start
# for themselves, and a LibreOffice Writer (with poppler's tools and fonts as wide as those of Word) that opens the Word
# files. Without them, and without the right to install them, those tests say so and are skipped; under CI a skip is a
# failure. The packages without a version in their names bring the PostGIS of the system's own PostgreSQL.
system:
	@if [ -n "$${CHROMIUM:-}" ] || command -v chromium chromium-browser google-chrome >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo 'Installing chromium (apt-get)'; $(APT) chromium || echo 'chromium was not installed' >&2; \
	else echo 'No chromium: tests of the report in a browser will be skipped. Remedy: sudo make system' >&2; fi
	@if ls /usr/share/postgresql/*/extension/postgis.control >/dev/null 2>&1; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo 'Installing postgresql-postgis (apt-get)'; \
	  $(APT) postgresql-postgis postgresql-postgis-scripts || echo 'PostGIS was not installed' >&2; \
	else echo 'No PostGIS: tests that read layers from a database will be skipped. Remedy: sudo make system' >&2; fi
	@writer=$$(readlink -f "$$(command -v soffice || command -v libreoffice || echo .)"); \
	if [ -e "$${writer%/*}/libswlo.so" ] && command -v pdftoppm >/dev/null \
	  && [ -n "$$(find /usr/share/fonts -name 'LiberationSerif-Regular.*' -print -quit 2>/dev/null)" ]; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo 'Installing libreoffice-writer-nogui, poppler-utils, fonts-liberation (apt-get)'; \
	  $(APT) libreoffice-writer-nogui poppler-utils fonts-liberation || echo 'LibreOffice Writer was not installed' >&2; \
	else echo 'No LibreOffice Writer: tests that open Word files will be skipped. Remedy: sudo make system' >&2; fi

# Its own words go nowhere (faults still come): a page of them would bury what the tests say.
APT := export DEBIAN_FRONTEND=noninteractive; apt-get -qq update && >/dev/null apt-get -qq -y --no-install-recommends install

$(READY):
	@test -n "$(PYTHON)" || { echo 'schoolplan needs Python 3.11 or newer; found none. Remedy: install python3' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { \
	  package=$$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then echo "Installing $$package (apt-get)"; $(APT) "$$package"; \
	  else echo "$(PYTHON) cannot make virtual environments. Remedy: sudo apt-get install $$package" >&2; exit 1; fi; }
	@echo 'Setting up .venv (about a minute, once)'
	@$(BIN)/pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@rm -f .venv/.ready-* && touch $@
