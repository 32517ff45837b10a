# Everything a person does with a checkout of Repscope. `make help` lists it.
# Written for GNU make 3.81 and newer, so that it runs with the one that macOS has.

BIN := .venv/bin
UV := $(BIN)/uv
# Bytecode is kept, whatever the shell says: it halves the start of every process.
export PYTHONDONTWRITEBYTECODE :=
# What follows `make run ARGS=...` is handed to `repscope serve`, and PYTEST=... to pytest.
ARGS ?=
PYTEST ?=
# So many tests run at once, each file's in one process (see tests/order.py): one more than there are
# processors, for those that kill something wait for what happens next.
JOBS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
PARALLEL = --numprocesses $(JOBS) --dist loadfile --no-loadscope-reorder
# `make setup TORCH_BACKEND=cpu` installs PyTorch without CUDA: 200 MB instead of 3 GB.
TORCH_BACKEND ?=

INSTALL = REPSCOPE_SKIP_UI_BUILD=1 $(UV) pip install --quiet --python $(BIN)/python \
	--constraints constraints.txt --build-constraints constraints.txt \
	$(if $(TORCH_BACKEND),--torch-backend=$(TORCH_BACKEND))

# A benchmark is a module of benchmarks/ that takes --quick.
KILLS ?= 100
MUTATIONS ?= 10000
POINTS ?= 1000000
BENCHMARKS := $(sort $(notdir $(basename $(shell grep -l __main__ benchmarks/*.py))))

INSTALLED := .venv/.installed
PAGE := backend/repscope/backend/static/index.html
PAGE_SOURCES := $(shell find frontend -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help setup run test check static static-page test-page static-python ui shots bench endurance constraints catalogue clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

setup: $(INSTALLED) $(PAGE) ## Install everything into .venv and build the page (a second call does nothing)

run: setup ## Start Repscope on http://127.0.0.1:8000; ARGS="--port 9000 --no-browser" is passed on
	@exec $(BIN)/repscope serve $(ARGS)

test: static ## Run every check and every test, as CI does; JOBS=1 runs one at a time
	$(BIN)/python -m pytest $(PARALLEL) $(PYTEST)

check: static ## Run every check and the tests that take seconds, before a commit
	$(BIN)/python -m pytest $(PARALLEL) -m "not slow and not browser" $(PYTEST)

static: setup
	@$(MAKE) --jobs 2 static-page test-page static-python

static-python:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy

static-page:
	$(BIN)/python -m tools.ui lint
	$(BIN)/python -m tools.ui check

test-page:
	$(BIN)/python -m tools.ui test

ui: $(INSTALLED) ## Build the page anew
	$(BIN)/python -m tools.ui build

endurance: setup ## Kill everything KILLS times each, show every reader MUTATIONS files, draw POINTS (an hour or more)
	REPSCOPE_TEST_KILLS=$(KILLS) $(BIN)/python -m pytest tests/conformance tests/workers/host $(PYTEST)
	REPSCOPE_TEST_MUTATIONS=$(MUTATIONS) $(BIN)/python -m pytest tests -k mutated --timeout 7200 $(PYTEST)
	REPSCOPE_TEST_POINTS=$(POINTS) $(BIN)/python -m pytest tests/e2e/test_many.py $(PYTEST)

shots: setup ## Take pictures of every lens in every size, theme and state, into shots/ (ten minutes)
	$(BIN)/python -m tools.shots

bench: setup ## Run the benchmarks; each prints one JSON object a line
	@$(INSTALL) --editable '.[dev,bench]'
	@for name in $(BENCHMARKS); do $(BIN)/python -m benchmarks.$$name || exit 1; done

constraints: $(INSTALLED) ## Write constraints.txt anew, with the newest versions that pyproject.toml allows
	$(BIN)/python -m tools.constraints

catalogue: $(INSTALLED) ## Write catalogue.json anew from the registered methods
	$(BIN)/python -m repscope.workers.catalogue

clean: ## Remove what was installed and built (not your data)
	rm -rf .venv dist shots test-results frontend/node_modules frontend/dist backend/repscope/backend/static

$(UV): tools/setup.sh
	@echo "Making .venv ..."
	@PYTHON="$(PYTHON)" sh tools/setup.sh
	@touch $(UV)

$(INSTALLED): $(UV) pyproject.toml constraints.txt
	@echo "Installing Repscope and what it needs into .venv (some minutes the first time) ..."
	@$(INSTALL) --editable '.[dev]'
	@echo "Compiling the numerical engines and the libraries (a minute the first time) ..."
	@$(BIN)/python -m repscope.workers.numerics.warm
	@$(BIN)/python -c "import sklearn.manifold, timm, torch, torchvision, umap"
	@touch $(INSTALLED)

$(PAGE): $(PAGE_SOURCES) tools/ui.py | $(INSTALLED)
	@echo "Building the page ..."
	@$(BIN)/python -m tools.ui build
	@touch $(PAGE)
