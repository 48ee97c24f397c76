# The two commands that matter: `make run` and `make test`. Everything lives in .venv and assets/node_modules.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# uv installs the same pinned and hashed packages in a fraction of the time; without it pip does.
INSTALL := $(if $(shell command -v uv),uv pip install --python $(BIN)/python,$(BIN)/python -m pip install)
DEV_STAMP := $(VENV)/.installed-dev
NPM_STAMP := assets/node_modules/.installed

.PHONY: setup setup-dev run test test-fast bench soak drawings lint fmt clean browser wheel sbom licences

setup: $(STAMP) $(NPM_STAMP)
setup-dev: $(DEV_STAMP) $(NPM_STAMP)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "Njia needs Python 3.11 or newer; this is $$($(PYTHON) -V)."; \
	echo "Set PYTHON=python3.11 (or newer) and run make again."; \
	exit 1; }
	$(PYTHON) -m venv $(VENV)

$(STAMP): requirements.lock | $(BIN)/python
	$(INSTALL) --quiet --require-hashes -r requirements.lock
	touch $@

$(DEV_STAMP): requirements-dev.lock $(STAMP)
	$(INSTALL) --quiet --require-hashes -r requirements-dev.lock
	touch $@

# Without npm the product still runs, on the full bundle inside Python's plotly, and says so at start.
$(NPM_STAMP): assets/package.json assets/package-lock.json | $(STAMP)
	@if command -v npm >/dev/null 2>&1 && \
	npm ci --prefix assets --ignore-scripts --no-audit --no-fund --loglevel=error; \
	then $(BIN)/python -m dashboard.export.prepare && touch $@; \
	else echo "npm is missing or could not reach its registry: Njia will use the full Plotly bundle and system fonts."; fi

run: setup
	$(BIN)/python app.py

test: setup-dev browser
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

test-fast: setup-dev
	$(BIN)/python -m pytest -m "not browser and not spark and not postgres"

bench: setup-dev browser
	$(BIN)/python -m tests.benchmarks

soak: setup-dev browser
	$(BIN)/python -m pytest -m soak

# Names every drawing that changed and by how much, and keeps it. LOOK=folder only lays before beside after, to look at.
drawings: setup-dev
	$(BIN)/python -m tests.drawings $(LOOK)

# Tests drive a real Chromium. Debian and Ubuntu have it as a package; elsewhere set CHROMIUM=/path/to/chromium.
browser:
	@if [ -n "$$CHROMIUM" ] || [ -x /usr/bin/chromium ]; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	else echo "The browser tests need Chromium: install the package 'chromium', or set CHROMIUM=/path/to/chromium." >&2; \
	exit 1; fi

PRETTIER := node_modules/.bin/prettier --log-level warn css js
STYLED := cd assets && if [ -x node_modules/.bin/prettier ]; then

lint: setup-dev $(NPM_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --check --quiet dashboard/templates
	@$(STYLED) $(PRETTIER) --check; else echo "npm is missing: style sheets and scripts are not checked."; fi
	$(BIN)/mypy
	$(BIN)/lint-imports

fmt: setup-dev $(NPM_STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python -m dashboard.web.tokens
	-$(BIN)/djlint --reformat --quiet dashboard/templates
	@$(STYLED) $(PRETTIER) --write; else echo "npm is missing: style sheets and scripts are left as they are."; fi

# What is inside build/: the wheel to install elsewhere, the list of parts (CycloneDX), and their licences.
wheel: setup-dev
	$(BIN)/python -m hatchling build -t wheel -d build

sbom: setup-dev
	mkdir -p build
	$(BIN)/cyclonedx-py environment $(BIN)/python --pyproject pyproject.toml --output-reproducible -o build/sbom.json

licences: setup-dev
	mkdir -p build
	$(BIN)/pip-licenses --with-urls --format markdown --output-file build/licences.md
	$(BIN)/pip-licenses --summary

clean:
	rm -rf $(VENV) assets/node_modules
