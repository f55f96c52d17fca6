# make run and make test set everything up by themselves; they need Python 3.11+, make and pip.

PYTHON ?= python3
VENV ?= .venv
PORT ?= 8000
SEARCH_INDEX ?= var/index
SHARED ?= ../shared
BIN := $(VENV)/bin

export SEARCH_INDEX

.PHONY: install run test test-extras test-api test-opensearch opensearch faults faults-idle lint bench bench-scale screenshots lock index languages clean

install: $(VENV)/.runtime

# The virtual environment follows the lock file: it is made anew when the lock is newer.
$(VENV)/.runtime: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps -e .
	touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	touch $@

run: install
	@test -e $(SEARCH_INDEX)/LIVE || $(BIN)/indexer build sample_docs
	@echo "Serving on http://127.0.0.1:$(PORT)"
	exec env PORT=$(PORT) $(BIN)/gunicorn --config web/gunicorn_conf.py web.wsgi:app

test: $(VENV)/.dev
	SHARED=$(SHARED) $(BIN)/python -m pytest -m "not opensearch"

# The optional packages lie beside the environment, so that every other target runs without them.
$(VENV)/.extras: $(VENV)/.dev requirements-extras.lock
	$(BIN)/python -m pip install --quiet --require-hashes --upgrade --target $(VENV)/extras -r requirements-extras.lock
	touch $@

test-extras: $(VENV)/.extras
	PYTHONPATH=$(VENV)/extras SHARED=$(SHARED) $(BIN)/python -m pytest tests/test_lemmas.py tests/test_second_opinions.py tests/test_word_lists.py \
	  tests/test_detection.py tests/test_languages.py tests/test_cases.py tests/test_answers.py

# Requests made from the OpenAPI description, right and wrong ones.
$(VENV)/.api: $(VENV)/.dev requirements-api.lock
	$(BIN)/python -m pip install --quiet --require-hashes --upgrade --target $(VENV)/api -r requirements-api.lock
	touch $@

test-api: $(VENV)/.api
	PYTHONPATH=$(VENV)/api SHARED=$(SHARED) $(BIN)/python -m pytest -s tests/test_api_conformance.py

# A real OpenSearch of three nodes on this machine, from Maven Central: needs Maven and a JDK (21 or newer for 3.x, 17 for 2.19).
OPENSEARCH_LANES ?= 3 2.19
test-opensearch: $(VENV)/.dev
	for lane in $(OPENSEARCH_LANES); do \
	  OPENSEARCH_LANE=$$lane $(BIN)/python tests/opensearch_java.py && \
	  OPENSEARCH_LANE=$$lane SHARED=$(SHARED) $(BIN)/python -m pytest -m opensearch || exit 1; \
	done

# The same cluster to try things on, until Ctrl-C; it says where it is.
opensearch: $(VENV)/.dev
	exec $(BIN)/python tests/opensearch_site.py

# The tests of faults with all their trials: hours, on a machine that does nothing else. Figures go to FAULTS_FIGURES.
FAULTS_FIGURES ?= var/faults.jsonl
faults: $(VENV)/.extras
	mkdir -p $(dir $(FAULTS_FIGURES))
	PYTHONPATH=$(VENV)/extras FAULTS=long FAULTS_FIGURES=$(abspath $(FAULTS_FIGURES)) SHARED=$(SHARED) \
	  $(BIN)/python -m pytest --timeout=7200 tests/faults

# Those whose figures depend on the machine doing nothing else, one after another: under half an hour.
faults-idle: $(VENV)/.dev
	mkdir -p $(dir $(FAULTS_FIGURES))
	FAULTS_FIGURES=$(abspath $(FAULTS_FIGURES)) SHARED=$(SHARED) $(BIN)/python tests/faults/idle_machine.py

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-bench.lock
	$(BIN)/python -m benchmarks --shared $(SHARED)

# Growth: sizes are done one after another, each kept as soon as it is done.
DOCUMENTS ?= 35000,350000,1000000
bench-scale: $(VENV)/.dev
	$(BIN)/python -m benchmarks.scale --shared $(SHARED) --documents $(DOCUMENTS)

screenshots: $(VENV)/.dev
	$(BIN)/python -m benchmarks.screenshots

languages: $(VENV)/.dev
	$(BIN)/python -m indexer.languages_page > docs/languages.md

# Lock files name versions and hashes, never the host they were fetched from.
lock:
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/python -m pip install --quiet uv
	for part in "requirements.lock:" "requirements-dev.lock:--group dev" "requirements-bench.lock:--group bench"; do \
	  $(VENV)-lock/bin/uv pip compile pyproject.toml $${part#*:} --quiet --universal --generate-hashes \
	    --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --python-version 3.11 \
	    --output-file $${part%%:*}; \
	done
	$(VENV)-lock/bin/uv pip compile --group pyproject.toml:extras --quiet --universal --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --custom-compile-command "make lock" --python-version 3.11 --constraints requirements.lock \
	  --output-file requirements-extras.lock
	$(VENV)-lock/bin/uv pip compile --group pyproject.toml:api --quiet --universal --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --custom-compile-command "make lock" --python-version 3.11 --constraints requirements-dev.lock \
	  --output-file requirements-api.lock

clean:
	rm -rf $(VENV) $(VENV)-lock var
