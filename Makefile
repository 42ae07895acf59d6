# Two commands do everything: `make book` and `make test`. Both set up .venv by themselves.
SHELL := /bin/bash -o pipefail
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
CHECKS := .venv/checks
WORKERS ?= auto
# Not compiled: readers import half of it, which Python compiles when it is imported.
INSTALL = $(BIN)/pip install --quiet --no-compile --require-hashes

.PHONY: help book pdf quick test bench lighthouse serve card links hooks lab notebooks classroom ranges mutants certify lock font clean

book: $(READY)  ## build the book into _build/html
	@echo "Building the book: one to two minutes the first time, a few seconds when only text has changed."
	@$(BIN)/jupyter-book build . -W -n --keep-going 2>&1 | grep --line-buffered -v "without encryption"
	@echo "The book is built. Open $(CURDIR)/_build/html/index.html"

help:  ## list what there is to make
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 12

pdf: book $(CHECKS)  ## write the whole book as one PDF into _build/pdf, printed by Chromium
	@echo "Printing the book: about half a minute."
	@$(BIN)/python tools/pdf.py

quick: $(CHECKS)  ## lint, and run every test that needs neither the built book nor a browser: under a minute
	@$(BIN)/python -m pytest -m "not slow" -n $(WORKERS) --dist loadgroup --hypothesis-profile quick

test: book $(CHECKS)  ## build the book, then run every test
	@echo "Running every test: about eight minutes on two cores."
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup --cov --durations=10

bench: book $(CHECKS)  ## print what gdtools costs beside the bare loop and beside scipy, and how fast the live figures answer
	@$(BIN)/python tests/bench.py

lighthouse: book  ## have Lighthouse (by npx) judge every page, served on this machine: make lighthouse FORM=desktop for wide screens
	@$(BIN)/python tools/lighthouse.py $(or $(FORM),mobile) $(PAGES)

serve: book  ## show the book at a local address, build it again on every change and reload the page: make serve [PORT=8000]
	@$(BIN)/python tools/serve.py $(PORT)

card: $(READY)  ## draw the picture that social networks show beside a link
	@$(BIN)/python tools/card.py

links: $(READY)  ## ask every link to the outside whether it still answers
	@$(BIN)/jupyter-book build . --builder custom --custom-builder linkcheck

hooks: $(CHECKS)  ## check what is committed, from now on, by the hooks in .pre-commit-config.yaml
	@$(BIN)/pre-commit install

lab: $(READY)  ## open chapters and exercises as notebooks in JupyterLab
	@$(BIN)/jupyter lab

notebooks: $(READY)  ## run the exercise notebooks and store what they show
	@$(BIN)/python exercises/refresh.py 2>&1 | grep --line-buffered -v "without encryption"

classroom: $(CHECKS)  ## write the exercises without solutions into _build/classroom, and install nbgrader, which hands them out and grades them
	@$(BIN)/python exercises/classroom.py _build/classroom $(SEED)
	@echo "The teacher's copies are in _build/classroom; exercises/teaching.md says how nbgrader makes those for the class."

ranges:  ## test on the oldest and on the newest dependencies allowed, and build the book with the newest
	@for resolution in lowest-direct highest; do bash tests/ranges $$resolution || exit 1; done

mutants: $(CHECKS)  ## change gdtools in thousands of small ways and list the changes that no test notices
	@echo "Testing the tests: about an hour, or minutes for one module, as in make mutants MODULE=theory"
	@$(BIN)/pip install --quiet mutmut==3.8.1  # here alone: neither readers nor Binder need it
	@nice $(BIN)/python tests/mutants.py $(MODULE)

certify:  ## bound the worst case over whole classes of functions by performance estimation, and store it for the tests
	@echo "Certifying: two minutes, most of it for a virtual environment of its own, .certify, of half a gigabyte."
	@$(PYTHON) -m venv --clear .certify
	@.certify/bin/pip install --quiet ".[certify]"
	@.certify/bin/python tools/certify.py

LOCK = .lock/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --only-binary :all: --generate-hashes --upgrade \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-strip-extras --custom-compile-command "make lock" --quiet

lock:  ## write requirements.txt, and what requirements-test.txt adds to it, anew from pyproject.toml, for Python 3.11 to 3.13
	@$(PYTHON) -m venv --clear .lock
	@.lock/bin/pip install --quiet uv
	@$(LOCK) --extra book --output-file requirements.txt
	@$(LOCK) --extra test --output-file requirements-test.txt --constraint requirements.txt \
		$$(sed -n 's/^\([a-z0-9-]*\).*==.*/--no-emit-package \1/p' requirements.txt)
	@rm -r .lock

ICONS = .venv/lib/python3*/site-packages/pydata_sphinx_theme/theme/pydata_sphinx_theme/static/vendor/fontawesome/webfonts/fa-solid-900.woff2

font: $(READY)  ## cut both fonts anew to the characters that _static/fonts.css names: make font FONT=latinmodern-math.otf
	@$(BIN)/pip install --quiet fonttools brotli
	@cut() { $(BIN)/pyftsubset "$$1" --flavor=woff2 --layout-features= --name-IDs= --no-hinting --desubroutinize \
		--unicodes="$$(sed -n "/url..$$2/,/}/s/.*unicode-range: \(.*\);/\1/p" _static/fonts.css)" --output-file="_static/$$2"; }; \
	cut "$(FONT)" book-math.woff2 && cut $(ICONS) book-icons.woff2

clean:  ## remove everything that was made
	@rm -rf _build build .venv .lock .ranges .certify .pytest_cache .hypothesis .ruff_cache .coverage *.egg-info

$(READY): requirements.txt pyproject.toml binder/*
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed: make PYTHON=python3.12 book"; exit 1; }
	@echo "Setting up .venv: about a minute, once."
	@$(PYTHON) -m venv --clear .venv
	@$(INSTALL) -r requirements.txt
	@PATH="$(CURDIR)/$(BIN):$$PATH" bash binder/postBuild  # by bash: from a zip it may come without its run bit
	@touch $@

$(CHECKS): $(READY) requirements-test.txt
	@echo "Adding what only tests, checks and the PDF need: half a minute, once."
	@$(INSTALL) -r requirements.txt -r requirements-test.txt
	@$(BIN)/python -m compileall -q -j 0 .venv/lib  # tests start hundreds of processes
	@touch $@
