# Two commands matter: `make demo` and `make test`. Everything else is for those who work here.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
RUN := $(VENV)/bin

.PHONY: install compressed demo demo-reset test lint bench hammer picture translations lock

install: $(VENV)/.installed compressed

$(VENV)/.installed: requirements.txt
	@test -x $(RUN)/python || $(PYTHON) -m venv $(VENV)
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

# Beside every static file its compressed form, so that the server sends few bytes.
compressed: $(VENV)/.installed
	@$(RUN)/python -m whitenoise.compress --quiet static

$(VENV)/.installed-test: requirements-test.txt $(VENV)/.installed
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.txt
	@touch $@

demo: install
	@PORTAL_ENV=demo PORT=$(PORT) $(RUN)/flask --app wsgi demo serve

demo-reset: install
	@PORTAL_ENV=demo PORT=$(PORT) $(RUN)/flask --app wsgi demo reset

# Two processes and dozens of commands read the same code: what Python compiles of it is kept, whatever is set outside.
test: export PYTHONDONTWRITEBYTECODE =
test: $(VENV)/.installed-test compressed
	$(RUN)/python -m pytest -n auto

bench: $(VENV)/.installed-test
	$(RUN)/python -m tests.bench
	$(RUN)/python -m tests.bench.load

# Sixteen processes that book, move and cancel at once, on both engines; takes a while.
hammer: $(VENV)/.installed-test
	$(RUN)/python -m tests.hammer

# The picture in the README. `python -m tests.look FOLDER` makes one of every page, for everybody, to be looked at.
picture: $(VENV)/.installed-test compressed
	$(RUN)/python -m tests.look

lint: $(VENV)/.installed-test
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy
	$(RUN)/lint-imports

# Fetch the English sentences out of the code, and compile both catalogues. No dates and no places, so that a diff shows words only.
translations: $(VENV)/.installed-test
	$(RUN)/pybabel -q extract -F pyproject.toml -k _l -k N_ -k _h --no-location --sort-output --no-wrap --omit-header -o translations/messages.pot .
	$(RUN)/pybabel -q update -N --no-wrap --ignore-obsolete --ignore-pot-creation-date -i translations/messages.pot -d translations
	$(RUN)/python translations/complete_english.py
	$(RUN)/pybabel -q compile -d translations

# Write the locked requirements anew from pyproject.toml (names, versions and hashes only).
lock: $(VENV)/.installed-test
	uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links pyproject.toml -o requirements.txt
	uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --extra test pyproject.toml -o requirements-test.txt
