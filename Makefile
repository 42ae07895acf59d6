# Two commands do everything: `make book` and `make test`. Both set up .venv by themselves.
SHELL := /bin/bash -o pipefail
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready

.PHONY: book test bench serve lab notebooks classroom ranges lock font clean

book: $(READY)  ## build the book into _build/html
	@echo "Building the book: about a minute the first time, a few seconds when little has changed."
	@$(BIN)/jupyter-book build . -W -n --keep-going 2>&1 | grep --line-buffered -v "without encryption"
	@echo "The book is built. Open $(CURDIR)/_build/html/index.html"

test: book  ## build the book, then run every test
	@echo "Running every test: about twelve minutes."
	@$(BIN)/python -m pytest

bench: book  ## print what gdtools costs beside the bare loop and beside scipy, and how fast the live figures answer
	@$(BIN)/python tests/bench.py

serve: book  ## show the book at a local address
	@$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html 8000

lab: $(READY)  ## open chapters and exercises as notebooks in JupyterLab
	@$(BIN)/jupyter lab

notebooks: $(READY)  ## run the exercise notebooks and store what they show
	@$(BIN)/python exercises/refresh.py

classroom: $(READY)  ## write the exercises without solutions, for nbgrader, into _build/classroom
	@$(BIN)/python exercises/classroom.py _build/classroom $(SEED)
	@echo "The notebooks for a class are in _build/classroom: nbgrader generate_assignment gradient-descent, in that folder."

ranges:  ## run the tests of gdtools and the exercises on the oldest and on the newest dependencies allowed
	@for resolution in lowest-direct highest; do tests/ranges $$resolution || exit 1; done

lock:  ## write requirements.txt anew from pyproject.toml, for Python 3.11 to 3.13
	@$(PYTHON) -m venv --clear .lock
	@.lock/bin/pip install --quiet uv
	@.lock/bin/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock" --upgrade \
		--quiet --output-file requirements.txt
	@rm -r .lock

font: $(READY)  ## cut the mathematics font anew: make font FONT=latinmodern-math.otf
	@$(BIN)/pip install --quiet fonttools brotli
	@$(BIN)/pyftsubset "$(FONT)" --flavor=woff2 --layout-features= --name-IDs= --no-hinting --desubroutinize \
		--unicodes="$$(sed -n '/url..book-math.woff2/,/}/s/.*unicode-range: \(.*\);/\1/p' _static/fonts.css)" \
		--output-file=_static/book-math.woff2

clean:  ## remove everything that was made
	@rm -rf _build .venv .lock .ranges .pytest_cache .hypothesis .ruff_cache .coverage *.egg-info

$(READY): requirements.txt pyproject.toml binder/jupyterlab.json binder/page_config.json
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed: make PYTHON=python3.12 book"; exit 1; }
	@echo "Setting up .venv: one or two minutes, once."
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/pip install --quiet --require-hashes -r requirements.txt
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@mkdir -p .venv/etc/jupyter/labconfig  # a page opens as a notebook, not as text
	@cp binder/jupyterlab.json .venv/etc/jupyter/labconfig/default_setting_overrides.json
	@cp binder/page_config.json .venv/etc/jupyter/labconfig/  # no buttons of nbgrader, which readers do not need
	@touch $@
