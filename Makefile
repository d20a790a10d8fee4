# Two commands set everything up: `make demo` and `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
CATALOGS := $(wildcard locales/*/LC_MESSAGES/*.po)
EXTRACT := $(BIN)/pybabel --quiet extract --mapping-file babel.cfg --no-default-keywords --add-comments NOTE: \
	--sort-by-file --no-location --omit-header --no-wrap
UPDATE := $(BIN)/pybabel --quiet update -d locales --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap
COMPILE := $(BIN)/pybabel --quiet compile -d locales -D "messages voice pages"

.PHONY: help setup demo test faults check audit sbom bench screenshots format catalogs requirements clean
.DEFAULT_GOAL := help

help: ## List what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /\1\t/' | expand -t 14

setup: $(VENV)/ready ## Set up .venv with what the product needs
demo: setup ## Play the story on this machine; ONCE=1 checks it and exits
	$(BIN)/phonetree demo $(if $(ONCE),--once)

test: $(VENV)/ready-dev ## Run the tests; INSTALL=1 installs PostgreSQL, Redis and Chromium first (Debian, as root)
	$(BIN)/python tests/with_services.py $(if $(INSTALL),--install) -- tests/run $(BIN)/python -m pytest $(TESTS)

faults: $(VENV)/ready-dev ## Break everything on purpose and check the invariants
	FAULTS=full $(BIN)/python tests/with_services.py -- $(BIN)/python -m pytest -s tests/faults

check: $(VENV)/ready-dev ## Format, lint, types, import contracts, catalogs, known holes
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/words/test_catalogs.py
	$(BIN)/python tests/audit_pins.py requirements.txt requirements-dev.txt

audit: $(VENV)/ready-dev ## Ask whether a pinned version has a known hole
	$(BIN)/python tests/audit_pins.py requirements.txt requirements-dev.txt

sbom: $(VENV)/ready-dev ## Write down what the product is made of, as CycloneDX, into build/sbom.json
	mkdir -p build
	$(BIN)/cyclonedx-py requirements requirements.txt --pyproject pyproject.toml --output-reproducible -o build/sbom.json

bench: $(VENV)/ready-dev ## Print ratios against baselines measured in the same run; WRITE=file.md keeps them
	$(BIN)/python tests/with_services.py -- $(BIN)/python -m bench $(BENCH) $(if $(WRITE),--write $(WRITE))

screenshots: $(VENV)/ready-dev ## Take the pictures of docs/images from the running demo (needs Chromium)
	$(BIN)/python tests/screenshots.py

format: $(VENV)/ready-dev ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

catalogs: $(VENV)/ready-dev ## Extract, update and compile the translations of texts, of calls and of pages
	$(EXTRACT) --keywords _ -o locales/messages.pot phonetree
	$(EXTRACT) --keywords say:1 -o locales/voice.pot phonetree
	$(EXTRACT) --keywords printed:1 -o locales/pages.pot phonetree
	$(UPDATE) -i locales/messages.pot -D messages
	$(UPDATE) -i locales/voice.pot -D voice
	$(UPDATE) -i locales/pages.pot -D pages
	$(COMPILE)

requirements: ## Pin requirements*.txt anew, with hashes (needs uv)
	uv pip compile requirements.in -o requirements.txt $(PIN)
	uv pip compile requirements-dev.in -o requirements-dev.txt $(PIN)
PIN := --upgrade --python-version 3.11 --universal --generate-hashes --no-header --no-emit-index-url --no-annotate --quiet

clean: ## Remove what was made
	rm -rf $(VENV) instance build *.egg-info
	find locales -name '*.mo' -delete

$(VENV)/ready: requirements.txt pyproject.toml $(CATALOGS)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes -r requirements.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	$(COMPILE)
	touch $@

$(VENV)/ready-dev: requirements-dev.txt $(VENV)/ready
	$(PIP) install --require-hashes -r requirements-dev.txt
	touch $@
