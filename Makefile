# Two commands do everything on a machine with git, make and python3 (3.11 or newer):
#   make demo    a real photo becomes a scene, a mix and pictures of it under out/
#   make test    builds the wheel, installs it with the locked versions, runs the tests against it
# VENV=DIR uses another virtual environment than .venv; PYTHON=python3.12 another interpreter.

PYTHON ?= python3
VENV ?= .venv
BIN := $(abspath $(VENV))/bin
SOURCES := $(shell find imgext ontology schemas -type f -not -name '*.pyc' 2>/dev/null) pyproject.toml README.md

.PHONY: demo test lint doctest bench stress timeline schema lock clean

demo: $(VENV)/installed
	@$(BIN)/python tools/demo.py out

test: $(VENV)/installed
	cd tests && IMGEXT_TEST_INSTALLED=1 $(BIN)/pytest -q -c ../pyproject.toml --rootdir .. .
	cd tests && $(BIN)/pytest -q -c ../pyproject.toml --rootdir .. --doctest-modules --pyargs imgext

lint: $(VENV)/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/installed
	$(BIN)/python benchmarks/render.py

# Renders with slow reads and many workers; every file must be the same. SEED=7 SCENES=40 for others.
stress: $(VENV)/installed
	$(BIN)/python tools/stress.py --seed $(or $(SEED),1) --scenes $(or $(SCENES),20) --renders $(or $(RENDERS),50)

# The README's picture, drawn by imgext itself.
timeline: $(VENV)/installed
	$(BIN)/imgext render scenes/harbour.yaml -o out/harbour -f
	cp out/harbour/timeline.png docs/timeline.png

schema: $(VENV)/installed
	$(BIN)/python -c "from imgext.scene.schema import schema_text; print(schema_text(), end='')" > schemas/scene.schema.json

# Needs uv (https://docs.astral.sh/uv/).
lock:
	uv pip compile -q --upgrade pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o requirements.lock

clean:
	rm -rf .venv dist out

$(VENV)/packages: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "imgext needs Python 3.11 or newer, this is " + sys.version.split()[0] + "; try: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	@echo "Installing the locked packages into $(VENV); the first time takes a minute or two."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	touch $@

$(VENV)/installed: $(VENV)/packages $(SOURCES)
	rm -rf $(VENV)/wheel
	$(BIN)/python -m build --wheel --no-isolation --outdir $(VENV)/wheel . > $(VENV)/build.log 2>&1 || (cat $(VENV)/build.log; false)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-index --force-reinstall $(VENV)/wheel/*.whl
	touch $@
