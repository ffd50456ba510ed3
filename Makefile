# make demo    install into .venv and run the bundled scenario from files to report
# make test    the same with the test tools, then the whole suite
# make help    the rest

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
OUT    ?= demo-run
UV     ?= uv
WORKERS ?= 2

# numba, pandas and scipy take seconds to load from source: bytecode is written even where the
# surroundings forbid it.
export PYTHONDONTWRITEBYTECODE =

.DEFAULT_GOAL := help
.PHONY: help demo test install install-test warm page page-for-tests browser lint format unit suite examples docs bench bench-page pictures verify faults fuzz lock clean

help:
	@echo "make demo     install into $(VENV), then forecast, needs and report of the bundled scenario in $(OUT)"
	@echo "make test     install the test tools too, then lint, types, layers, tests and docs examples"
	@echo "make page     build the page of corridor serve (Node comes from PyPI)"
	@echo "make lint     ruff, mypy and import-linter only"
	@echo "make format   let ruff rewrite what it can"
	@echo "make docs     the documentation as HTML in docs/_build/html"
	@echo "make bench    the benchmarks, beside PyPI flee and by themselves; writes docs/explanation/speed.md"
	@echo "make bench-page  how fast the page answers, alone and with 20 people; writes docs/explanation/speed_of_the_page.md"
	@echo "make pictures the pictures of the report and of the page in docs/images (needs Chromium)"
	@echo "make verify   compare the law of movement with PyPI flee 3.1, case by case (half an hour the first time)"
	@echo "make faults   kill commands at random moments, fill the disk, start two at once (half an hour)"
	@echo "make fuzz     ten thousand hostile scenarios through the commands (an hour)"
	@echo "make lock     recompute the lock files from pyproject.toml (needs uv)"
	@echo "make clean    remove $(VENV) and everything that was built"

# --- installing -----------------------------------------------------------------------------------

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
	    echo "Corridor needs Python 3.11 or newer, and '$(PYTHON)' was not found. Install it, or say: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "Corridor needs Python 3.11 or newer, and '$(PYTHON)' is older. Say: make PYTHON=/path/to/python3"; exit 1; }
	@if command -v $(UV) >/dev/null 2>&1; then $(UV) venv --quiet --seed --python "$$(command -v $(PYTHON))" $(VENV); \
	elif $(PYTHON) -m venv $(VENV); then :; else \
	    rm -rf $(VENV); echo "Python could not make $(VENV). On Debian or Ubuntu: apt install python3-venv"; exit 1; fi

# $(call install,LOCK): everything exactly as locked, build tools included; then the project itself, alone, so that
# nothing unlocked can come with it.
define install
@if command -v $(UV) >/dev/null 2>&1; then \
    $(UV) pip install --quiet --python $(BIN)/python --require-hashes -r $(1) && \
    $(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .; \
else \
    $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1) && \
    $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .; \
fi
@$(BIN)/python -m compileall -q -j 0 $(VENV)/lib >/dev/null 2>&1 || true
endef

$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing Corridor into $(VENV) ..."
	$(call install,requirements.lock)
	@touch $@

$(VENV)/.test-installed: requirements-test.lock pyproject.toml | $(BIN)/python
	@echo "Installing Corridor and its test tools into $(VENV) ..."
	$(call install,requirements-test.lock)
	@touch $(VENV)/.installed $@

$(VENV)/.bench-installed: requirements-bench.lock | $(VENV)/.installed
	@echo "Installing what the benchmarks compare with into $(VENV) ..."
	$(call install,requirements-bench.lock)
	@touch $@

install: $(VENV)/.installed

install-test: $(VENV)/.test-installed

# numba compiles the kernels on their first run and keeps them. A tiny run here, so that the first real one is fast;
# if it fails, the command that follows says why.
$(VENV)/.warm: $(VENV)/.installed src/corridor/engine/program.py $(wildcard src/corridor/engine/kernel/*.py)
	@echo "Compiling the kernels (once) ..."
	@rm -rf $(VENV)/warm
	@$(BIN)/corridor new $(VENV)/warm/scenario >/dev/null 2>&1 && \
	    $(BIN)/corridor simulate $(VENV)/warm/scenario --members 2 --seed 1 --out $(VENV)/warm/run >/dev/null 2>&1 && \
	    touch $@ || true
	@rm -rf $(VENV)/warm

warm: $(VENV)/.warm

# The page that corridor serve shows; it ships in wheels and is not in git.
PAGE := src/corridor/serve/static/index.html
$(PAGE): $(wildcard web/*.json web/*.ts web/*.html web/src/*) tools/build_page.py | $(VENV)/.test-installed
	@echo "Building the page ..."
	$(BIN)/python tools/build_page.py

page: $(PAGE)

# Where the packages that web/ pins cannot be fetched, the tests of the page are skipped, and say so.
page-for-tests: install-test
	@$(MAKE) --no-print-directory page || echo "The page could not be built: it is not tested."

# Debian's Chromium for the tests of the page, where it may be installed; without it they are skipped, and say so.
browser:
	@if command -v chromium >/dev/null 2>&1; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	    echo "Installing Chromium for the tests of the page ..."; \
	    { apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium; } >/dev/null 2>&1 || true; \
	fi

# --- using ----------------------------------------------------------------------------------------

demo: warm
	$(BIN)/corridor demo --out $(OUT)

bench: $(VENV)/.bench-installed
	$(BIN)/python -m benchmarks

bench-page: page
	$(BIN)/python -m benchmarks.page

pictures: page
	$(BIN)/python -m tools.take_pictures

# For a few cases only: make verify CASES="capacity pairs" MEMBERS=200
CASES ?=
MEMBERS ?= 300
verify: install-test $(VENV)/.bench-installed
	$(BIN)/python -m verification.against_flee --cases $(CASES) --members $(MEMBERS) --seed 1 --out build/against_flee
	CORRIDOR_LARGE_CAMPS=1 $(BIN)/pytest -q tests/statistical/test_full_camps.py

KILLS ?= 200
faults: install-test warm
	$(BIN)/python -m verification.faults --kills $(KILLS) --seed 1

# Other scenarios each night; the day is the seed, by which they come again: make fuzz FUZZ_SEED=20310215
FUZZED ?= 10000
FUZZ_SEED ?= $(shell date +%Y%m%d)
fuzz: install-test warm
	CORRIDOR_FUZZED=$(FUZZED) $(BIN)/pytest -n $(WORKERS) --hypothesis-seed=$(FUZZ_SEED) tests/properties/test_hostile.py

docs: install-test
	$(BIN)/python -m tools.write_reference
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build/html
	@echo "Open docs/_build/html/index.html"

# --- checking: lint, types, layers, tests, docs examples, in this order ---------------------------

# The kernels are compiled beside the checks of the text, once, before two workers would do it at the same time.
test: install-test
	@$(MAKE) --no-print-directory -j 2 lint warm
	@$(MAKE) --no-print-directory unit
	@$(MAKE) --no-print-directory suite
	@$(MAKE) --no-print-directory examples

lint: install-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/numpydoc lint $$(find src/corridor -name '*.py')

format: install-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The kernels run as plain Python here: no wait for the compiler.
unit: install-test
	NUMBA_DISABLE_JIT=1 $(BIN)/pytest -n $(WORKERS) tests/unit

SUITE = $(wildcard tests/test_*.py) \
    $(filter-out tests/unit/ tests/docs/ tests/data/ tests/__pycache__/,$(wildcard tests/*/))

suite: install-test page-for-tests browser
	$(BIN)/pytest -n $(WORKERS) $(SUITE)

examples: install-test
	@if [ -d tests/docs ]; then $(BIN)/pytest -n $(WORKERS) tests/docs; \
	else echo "tests/docs is missing: no example was run."; fi

# --- keeping --------------------------------------------------------------------------------------

# One resolution for Python 3.11 and newer, the same versions everywhere; hashes, and no host or path.
COMPILE = $(UV) pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 \
    --generate-hashes --no-header --no-annotate pyproject.toml --group build --extra sources

lock:
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) --extra distributed --extra serve --extra test --extra docs \
	    --constraint requirements.lock --output-file requirements-test.lock
	$(COMPILE) --extra bench --constraint requirements-test.lock --output-file requirements-bench.lock
	@! grep -nE '://|^ *-[^-]|^--' requirements*.lock

clean:
	rm -rf web/node_modules src/corridor/serve/static
	rm -rf $(VENV) demo-run dist build docs/_build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
