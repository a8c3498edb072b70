# `make demo` and `make test` are all that is needed; both set up what they use.
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q
PEERS := baresip-core sip-tester kamailio kamailio-tls-modules postgresql openssl chromium curl
# Calls whose delays are judged: not beside browsers, databases and other calls.
PACED := tests/interop/peers/test_words_through_codecs.py
JS := tests/interop/clients/js

.DEFAULT_GOAL := help
.PHONY: help install demo serve test peers lint format bench bench-insights lock clean

help:  ## Show the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 16

install: $(VENV)/product.stamp  ## Make .venv with everything the product needs, and nothing else

demo: install  ## Place a real call on this machine and watch what becomes of it
	@$(BIN)/earwitness demo

serve: install  ## Run the server
	@$(BIN)/earwitness serve

test: lint peers $(JS)/node_modules/.stamp  ## Install what the tests need, and run them all
	$(BIN)/python -m pytest -n 2 --dist loadfile tests/unit tests/integration $(PYTEST_ARGS)
	$(BIN)/python -m pytest $(PACED) $(PYTEST_ARGS)
	$(BIN)/python -m pytest -n 3 --dist loadfile tests/interop tests/acceptance $(PACED:%=--ignore=%) $(PYTEST_ARGS)

peers:
	@scripts/system-packages.sh "to test against real peers, databases and browsers" $(PEERS)
	@command -v node >/dev/null && command -v npm >/dev/null || \
	  scripts/system-packages.sh "to test with the JavaScript clients" nodejs npm

lint: $(VENV)/test.stamp  ## Check style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(VENV)/test.stamp  ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: install $(VENV)/test.stamp  ## Measure, and write docs/benchmarks.md
	$(BIN)/python -m tests.bench

bench-insights: install $(VENV)/test.stamp  ## Score what is understood on annotated conversations
	$(BIN)/python -m tests.bench.insights $(ROWS)

lock: $(VENV)/test.stamp  ## Pin the requirements anew
	$(PIP) install uv
	$(BIN)/uv pip compile -q --upgrade --universal --no-header --no-emit-index-url --no-annotate \
	  --python-version 3.11 pyproject.toml -o requirements/product.txt
	$(BIN)/uv pip compile -q --upgrade --universal --no-header --no-emit-index-url --no-annotate \
	  --python-version 3.11 pyproject.toml --group dev -c requirements/product.txt -o requirements/test.txt

clean:  ## Remove what the commands made
	rm -rf $(VENV) $(JS)/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(JS)/node_modules/.stamp: $(JS)/package-lock.json
	@npm ci --loglevel=error --prefix $(JS)
	@touch $@

$(VENV)/product.stamp: requirements/product.txt pyproject.toml
	@echo "Installing earwitness into $(VENV) (about a minute)"
	@python=$$(scripts/python.sh) && $$python -m venv $(VENV)
	@$(PIP) install -r requirements/product.txt
	@$(PIP) install --no-deps -e .
	@touch $@

$(VENV)/test.stamp: requirements/test.txt $(VENV)/product.stamp
	@echo "Installing what the tests need into $(VENV)"
	@$(PIP) install -r requirements/test.txt
	@$(PIP) install --no-deps symbl==2.0.6
	@touch $@
