PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: setup demo test evaluate golden bench screenshots lock clean

setup: $(READY)

# pip brings torch, since only pip finds a CPU build that lies on disk; uv brings the rest in a quarter of the time

$(READY): requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing what requirements.lock names (about a minute)"
	@grep -E '^(torch|uv)==' requirements.lock | xargs $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --requirement requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $(READY)

demo: setup
	@$(BIN)/whyred demo

test: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q -n auto --dist loadfile

# the table of the README: every engine that needs no key, on the test split
evaluate: setup
	@$(BIN)/whyred evaluate

# the run and the model card that belong to the shipped model
golden: setup
	$(BIN)/python -m eval.golden

bench: setup
	@$(BIN)/python -m bench.grounding
	@$(BIN)/python -m bench.readers --mbox 2048
	@$(BIN)/python -m bench.encoder
	@$(BIN)/python -m bench.scoring
	@$(BIN)/python -m bench.scale

screenshots: setup
	$(BIN)/python tests/api/screenshots.py

# torch's own requirements name a CUDA stack of several GB; without these lines pip takes the CPU build where one is at hand
lock:
	$(BIN)/uv pip compile --quiet --python-version 3.11 --no-annotate --no-header --all-extras pyproject.toml \
		| grep -vE '^(nvidia-|cuda-|triton)' > requirements.lock

clean:
	rm -rf $(VENV) var .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
