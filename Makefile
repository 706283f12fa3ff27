# `make run` opens the app, `make test` runs every check. Both set up what they need in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 3

.PHONY: run test lint bench docs clean

$(VENV)/ready: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	# Compiled draws where numba has a wheel for this Python; the app does without.
	$(BIN)/python -m pip install --quiet --only-binary numba,llvmlite --editable '.[fast]' || $(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/ready-dev: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --editable '.[dev,fast,distributed]'
	touch $@

run: $(VENV)/ready
	$(BIN)/python -m streamlit run app.py

lint: $(VENV)/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: lint
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

bench: $(VENV)/ready-dev
	$(BIN)/python -m benchmarks

docs: $(VENV)/ready-dev
	$(BIN)/megacluster calibration --write docs/calibration.md
	$(BIN)/python -m model.documentation

clean:
	rm -rf $(VENV) build dist *.egg-info
