# On a machine with git, make and python3 (3.11 or newer):
#   make demo               turns a photo into a scene, a mix and pictures of it under out/
#   make test               builds the wheel, installs it, runs all tests against it
#   make dev                installs the checkout itself, so that a run sees each edit
#   make check F=tests/mix  ruff, mypy and the quick tests of one part, for use while you edit
# VENV=DIR uses another virtual environment than .venv; PYTHON=python3.12 another interpreter;
# WORKERS=1 runs the tests in one process.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?= python3
VENV ?= .venv
WORKERS ?= 2
F ?= tests
BIN := $(abspath $(VENV))/bin
PIP := PYTHONUNBUFFERED=1 $(BIN)/python -m pip install --disable-pip-version-check
SOURCES := $(shell find imgext ontology schemas -type f -not -name '*.pyc' 2>/dev/null) pyproject.toml README.md
# One BLAS thread a worker: the workers share the processors already. Compiled tests are kept for the next run.
PYTEST := OPENBLAS_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -q -n $(WORKERS) --dist worksteal

.PHONY: demo test dev check lint bench stress determinism fuzz crash timeline schema lock clean

demo: $(VENV)/installed
	@$(BIN)/python tools/demo.py out

test: $(VENV)/packages $(VENV)/installed
	cd tests && IMGEXT_TEST_INSTALLED=1 $(PYTEST) -c ../pyproject.toml --rootdir .. --doctest-modules --pyargs . imgext

dev: $(VENV)/editable

check: $(VENV)/editable
	@$(BIN)/ruff check -q imgext $(F)
	@$(BIN)/ruff format -q --check imgext $(F)
	@$(BIN)/mypy
	@$(PYTEST) -m 'not slow' $(F)

lint: $(VENV)/packages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/editable
	$(BIN)/python benchmarks/render.py

# Renders with slow reads and many workers; every file must be the same. SEED=7 SCENES=40 for others.
stress: $(VENV)/editable
	$(BIN)/python tools/stress.py --seed $(or $(SEED),1) --scenes $(or $(SCENES),20) --renders $(or $(RENDERS),50)

# Small scenes at three levels of the processor, with one and two threads, cold and warm; every file must be the same.
determinism: $(VENV)/editable
	$(BIN)/python tools/determinism.py

# Damaged inputs of every kind; each ends in success or in a fault with its place. ONLY=scene,lock for some.
fuzz: $(VENV)/editable
	$(BIN)/python tools/fuzz.py --seed $(or $(SEED),1) --cases $(or $(CASES),20000) $(if $(ONLY),--only $(ONLY))

# Kills and failing disks at every step of writing; the next run goes well and nothing is left.
crash: $(VENV)/editable
	$(BIN)/python tools/crash.py --seed $(or $(SEED),1) --kills $(or $(KILLS),200) --failures $(or $(FAILURES),200) --others $(or $(OTHERS),60)

# The README's picture, drawn by imgext itself.
timeline: $(VENV)/editable
	$(BIN)/imgext render scenes/harbour.yaml -o out/harbour -f
	cp out/harbour/timeline.png docs/timeline.png

# What follows from the fields of the scene: the schema, the tables of docs/format.md, new fields in scenes/everything.yaml.
schema: $(VENV)/editable
	$(BIN)/python tools/write_fields.py

# Keeps the versions that are locked; UPGRADE=--upgrade takes the newest. Needs uv (https://docs.astral.sh/uv/).
LOCK := uv pip compile -q pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
lock:
	$(LOCK) $(UPGRADE) --extra demo --extra dev -o requirements.lock
	$(LOCK) --extra demo -c requirements.lock -o requirements-demo.lock

clean:
	rm -rf .venv dist out

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "imgext needs Python 3.11 or newer, this is " + sys.version.split()[0] + "; try: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	@$(PYTHON) -m venv $(VENV)

# What a lock names, with a line for each package.
define install_lock
	@total=$$(grep -c '^[a-z]' $(1)); echo "Installing the packages of $(1) into $(VENV); the first time takes a minute or two."; \
	$(PIP) --require-hashes -r $(1) | awk -v total=$$total \
	  '/^(Collecting|Ignoring|Requirement)/ { n++ } /^Collecting/ { printf "  %d of %d: %s\n", n, total, $$2; fflush() } /^Installing/ { print "  unpacking" }'
	@touch $@
endef

$(VENV)/packages-demo: requirements-demo.lock | $(VENV)/bin/python
	$(call install_lock,$<)

$(VENV)/packages: requirements.lock $(VENV)/packages-demo
	$(call install_lock,$<)

# The wheel and the checkout take each other's place.
$(VENV)/installed: $(VENV)/packages-demo $(SOURCES)
	@echo "Installing imgext into $(VENV)."
	@rm -f $(VENV)/editable
	@$(PIP) --quiet --no-deps --no-index --no-build-isolation --force-reinstall .
	@touch $@

$(VENV)/editable: $(VENV)/packages pyproject.toml
	@echo "Installing this checkout into $(VENV), editable."
	@rm -f $(VENV)/installed
	@$(PIP) --quiet --no-deps --no-index --no-build-isolation --force-reinstall -e .
	@touch $@
