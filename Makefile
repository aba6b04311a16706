# Everything attnkit does, on a machine that has Python 3.11+ and make.
#   make book   build the site to book/_build/html
#   make test   run every test
#   make lab    open JupyterLab on the notebooks
#   make slides CHAPTER=densities/1   a chapter as slides, in book/_build/slides
#   make pdf    the book on paper, book/_build/attnkit.pdf (PAPER=letter for the other format)
# PIP_ARGS is handed to pip (a CPU build of torch, a mirror, a proxy: see README).

PYTHON ?= python3
PIP_ARGS ?=
PAPER ?= A4
BIN := .venv/bin
READY := .venv/.ready
READY_TO_TEST := .venv/.ready-to-test
INSTALL = $(BIN)/python -m pip install --progress-bar off --constraint constraints.txt --editable
SITE := book/_build/html
# A site is as asked for while this says what was asked, and of which files, and none is newer.
BUILT := book/_build/.built
MADE_OF := attnkit book notebooks results teacher tests constraints.txt pyproject.toml Makefile README.md
FILES := find $(MADE_OF) -path book/_build -prune -o -type f ! -name '*.pyc'
ASKED := echo "$(ATTNKIT_SOLUTIONS) $$($(FILES) -print | LC_ALL=C sort | cksum)"
NEWER := $(FILES) -newer $(BUILT) -print; find $(READY) -newer $(BUILT)
AS_ASKED := test -e $(SITE)/index.html && test "$$(cat $(BUILT))" = "$$($(ASKED))" && test -z "$$($(NEWER))"
BOOK := build . --config book/_config.yml --toc book/_toc.yml --path-output book -W --keep-going
export PYDEVD_DISABLE_FILE_VALIDATION := 1

.PHONY: book slides pdf test lab bench format clean
.DELETE_ON_ERROR:

book: $(READY)
	@if { $(AS_ASKED); } 2>/dev/null; then \
		echo "attnkit: nothing has changed since the last build"; \
	else \
		echo "attnkit: building the book (notebooks run when they or the library changed)" && \
		mkdir -p $(dir $(BUILT)) && rm -f $(BUILT) && $(ASKED) > $(BUILT).begun && \
		$(BIN)/jupyter-book $(BOOK) && mv $(BUILT).begun $(BUILT); \
	fi
	@echo "attnkit: open file://$(CURDIR)/$(SITE)/index.html"

slides: book
	@$(BIN)/python -m attnkit.book.slides "$(CHAPTER)"

pdf: book
	@$(BIN)/python -m attnkit.book.paper --paper "$(PAPER)"

test: $(READY_TO_TEST)
	@echo "attnkit: running every test (the site is built first)"
	@$(BIN)/python -m pytest -n 2 --dist loadgroup tests

lab: $(READY)
	@echo "attnkit: opening JupyterLab on notebooks/"
	@$(BIN)/jupyter lab --LabApp.default_url=/lab/tree/notebooks

bench: $(READY_TO_TEST)
	@for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python $$script || [ $$? -eq 3 ] || exit 1; done

format: $(READY_TO_TEST)
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

clean:
	rm -rf .venv book/_build

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "attnkit needs Python 3.11 or newer, this is " + sys.version.split()[0] + "; set PYTHON=/path/to/python3.11")'
	@echo "attnkit: creating the environment in .venv (about 2 GB on disk with a CPU build of torch; once)"
	@$(PYTHON) -m venv .venv
	@$(INSTALL) ".[notebooks,data,book]" $(PIP_ARGS)
	@touch $(READY)

# What only tests want stays out of a reader's JupyterLab: nbgrader and Otter bring menus.
$(READY_TO_TEST): $(READY)
	@$(INSTALL) ".[notebooks,data,book,real,binder,cluster,tests]" $(PIP_ARGS)
	@touch $(READY_TO_TEST)
