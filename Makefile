# Augmented RNNs from Scratch. `make help` lists what there is.
#
#   PYTHON    the Python to set up with, 3.11 or newer   make read PYTHON=python3.12
#   VERSIONS  tested or newest                           make test VERSIONS=newest
#   SERVE     no: build the book, do not serve it        make read SERVE=no

SHELL := /bin/sh
VENV ?= .venv
PY ?= $(VENV)/bin/python
SEEDS ?= 10
VERSIONS ?= tested

# Recipes take paths and names from the environment, as "$$PY": whatever letters stand
# in them, they stay one word and are never read as commands. Recipes write relative
# paths only.
export VENV PY PYTHON VERSIONS NAME SEEDS TO

# The same in every kernel and every test, on every machine: this checkout's modules,
# and none of the caller's own settings of Python, IPython and matplotlib.
export PYTHONPATH := $(CURDIR)
export PYTHONHASHSEED := 0
export PYTHONUTF8 := 1
export JUPYTER_PREFER_ENV_PATH := 1
export IPYTHONDIR := $(if $(filter /%,$(VENV)),,$(CURDIR)/)$(VENV)/ipython
export MATPLOTLIBRC := /dev/null
unexport PYTHONHOME PYTHONOPTIMIZE PYTHONSAFEPATH PYTHONWARNINGS PYTHONIOENCODING
unexport MPLBACKEND

ifeq ($(wildcard tools/create_venv.sh),)
$(error This is not the book's folder: cd there first, or make -C THERE)
endif

# What must be installed before a command can run; the stamps lie in the environment.
# Make cuts a name at its spaces, if they are not escaped.
nothing :=
ENVIRONMENT := $(subst $(nothing) ,\ ,$(VENV))
CREATED := $(ENVIRONMENT)/.created
BOOK := $(ENVIRONMENT)/.book-installed
FULL := $(ENVIRONMENT)/.full-installed

NOTEBOOKS := $(wildcard notebooks/*.ipynb book/*.ipynb)
# What torch computes for the live figures: the notebooks' run writes it down in .figures,
# and the built pages must compute the same. A kernel, in another folder, gets it whole.

# One gate after the other, in the order of `test`, whatever -j says: the browser needs
# what the notebooks' run wrote down, and each gate uses all cores as it is.
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help read lab test lint types unit run-notebooks book browser notebooks sweep \
	launch clean clean-all

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /make \1|/p' Makefile \
	  | while IFS='|' read -r name does; do printf '  %-20s %s\n' "$$name" "$$does"; done

read: $(BOOK) ## build the book and open it in a browser
	@"$$PY" -m tools.book $(if $(filter no,$(SERVE)),--no-serve)

lab: $(FULL) ## open your own copies of the chapters in JupyterLab
	@"$$PY" -m tools.lab $(LAB)

test: lint types unit run-notebooks book browser ## run every check
	@echo "== all checks passed"

lint: $(FULL) ## style of the package, the tests, the tools and the notebooks
	@echo "== lint and format"
	@"$$PY" -m ruff check .
	@"$$PY" -m ruff format --check .

types: $(FULL) ## types of the same
	@echo "== types"
	@"$$PY" -m tools.types

# One process more than there are cores, for some test always waits; each takes a run of
# neighbours, which share what a module of tests sets up, and helps out when it is done.
unit: $(FULL) ## the unit tests
	@echo "== unit tests"
	@"$$PY" -m tools.browser --install >/dev/null
	@"$$PY" -m pytest -p no:nbval -n auto --dist worksteal -q \
	  --ignore tests/test_book.py --ignore tests/live/test_book_figures.py

run-notebooks: $(FULL) ## every notebook from top to bottom, compared with what it stores
	@echo "== notebooks"
	@"$$PY" -m tools.notebooks --check
	@rm -rf .figures
	@MININET_FIGURES="$$PWD/.figures" "$$PY" -m pytest -p tools.nbval_numbers \
	  --nbval-lax --nbval-current-env --nbval-cell-timeout=900 -p no:cacheprovider \
	  -p tools.longest_first -n auto --dist loadscope --no-loadscope-reorder -q \
	  $(NOTEBOOKS)

book: $(FULL) ## the whole book anew, a warning is an error
	@echo "== book"
	@"$$PY" -m tools.book --fresh --no-serve

browser: book ## the built book in a real browser
	@echo "== the built book in a browser"
	@BOOK_HTML=_build/html MININET_FIGURES="$$PWD/.figures" "$$PY" -m pytest \
	  -p no:nbval -n auto --dist worksteal -q \
	  tests/test_book.py tests/live/test_book_figures.py

notebooks: $(FULL) ## execute the notebooks whose stored outputs are not current
	@"$$PY" -m tools.notebooks $(if $(FORCE),--force)

sweep: $(FULL) ## measure a result over seeds: make sweep NAME=... SEEDS=10
	@if [ -z "$$NAME" ]; then \
	  echo "Say which result: make sweep NAME=..., a file in results/ without .json"; \
	  exit 2; fi
	@"$$PY" -m mininet sweep "$$NAME" --seeds "$$SEEDS"

launch: $(BOOK) ## the branch that Colab and Binder open: make launch TO=origin
	@"$$PY" -m tools.launch --to "$$TO"

clean: ## remove what was built, keep the environment
	@rm -rf _build .figures .pytest_cache .ruff_cache .mypy_cache mininet.egg-info build
	@find . -path "./$$VENV" -prune -o -name __pycache__ -prune -exec rm -rf {} +

clean-all: clean ## remove the environment too
	@sh tools/remove_venv.sh "$$VENV"

$(BOOK): $(CREATED) requirements-book.txt constraints.txt
	@echo "Installing what the book needs (about a minute) ..."
	@sh tools/install.sh "$$PY" "$$VERSIONS" -r requirements-book.txt
	@touch "$$VENV/.book-installed"

$(FULL): $(CREATED) requirements.txt pyproject.toml constraints.txt
	@echo "Installing everything, with PyTorch (some minutes the first time) ..."
	@sh tools/install.sh "$$PY" "$$VERSIONS" -r requirements.txt
	@touch "$$VENV/.full-installed" "$$VENV/.book-installed"

# Asked each time, whether it is still good; a good one is left alone, its stamp too.
$(CREATED): always
	@sh tools/create_venv.sh "$$VENV" "$$PYTHON"

.PHONY: always
always:
