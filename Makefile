# Two commands: `make figures` and `make test`. Both work on a machine with git, make, Python >= 3.11.
# The first of python3, python3.11, ... that is new enough; override with `make PYTHON=... figures`.
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13 python3.14; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; break; }; done)
VENV := .venv
PY := $(VENV)/bin/python
PIP_INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check -c constraints.txt
# One BLAS thread per process: two notebooks or test workers share two cores without fighting.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export JUPYTER_PLATFORM_DIRS := 1
NB ?=
FORCE ?=
BENCH ?=
SLICE ?=
KERNEL ?=

.PHONY: figures proofs site play serve test test-slow test-lowest installed release seeds locked lock lint types bench mutants clean
.DELETE_ON_ERROR:

figures: $(VENV)/.figures-installed
	$(PY) notebooks/run.py $(if $(FORCE),--force) $(if $(KERNEL),--kernel $(KERNEL)) $(NB)

proofs:
	$(PYTHON) proofs/check.py

# Sphinx reads what `docs.gather` puts together; warnings and broken links are errors. Nothing is executed.
SITE := build/site
site: $(VENV)/.docs-installed
	$(PY) -m docs.gather $(SITE)-source
	$(PY) -m sphinx -q -W --keep-going -j auto -c docs -d $(SITE)-doctrees $(SITE)-source $(SITE)
	$(PY) -m docs.links $(SITE)

# The page to play with, as one file.
play: $(VENV)/.docs-installed
	$(PY) -m docs.page build/play.html

serve: site
	$(PY) -m http.server 8000 --bind 127.0.0.1 --directory $(SITE)

test: $(VENV)/.test-installed
	$(PY) -m pytest -n auto --dist worksteal

test-slow: $(VENV)/.full-installed
	$(PY) -m pytest -n auto --dist worksteal -m slow

# Every seeded test with other seeds. Sweeps draw in processes of their own, which no shift reaches.
SHIFTS ?= 50
seeds: $(VENV)/.test-installed
	@failed=0; for n in $$(seq 1 $(SHIFTS)); do echo "seeds shifted by $$n"; \
	  HYPOTHESIS_EXAMPLES=5 $(PY) -m pytest tests -q -n auto --dist worksteal --seed-shift $$n \
	    --ignore=tests/sweep --ignore=tests/house --ignore=tests/derivations || failed=1; \
	done; exit $$failed

# The lowest versions that pyproject.toml promises, in an environment of their own.
test-lowest:
	$(PYTHON) -m venv $(VENV)-lowest
	$(PYTHON) .ci/lowest.py > $(VENV)-lowest/constraints.txt
	$(VENV)-lowest/bin/python -m pip install --quiet --disable-pip-version-check -c $(VENV)-lowest/constraints.txt \
	  -e ".[sql,logs,learn,plots,dedup,testing]" jsonschema pytest pytest-xdist pandas PyYAML
	$(VENV)-lowest/bin/python -m pip check
	$(VENV)-lowest/bin/python -m pytest -n auto --dist worksteal tests/command tests/facts tests/reduction theory

# What CI installs, every file by its hash; one lock a platform (see .ci/lock.py).
locked:
	$(PYTHON) -m venv $(VENV)-locked
	$(VENV)-locked/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
	  -r $$($(PYTHON) .ci/lock.py --path)
	$(VENV)-locked/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	$(VENV)-locked/bin/python -m pip check

lock:
	$(PYTHON) .ci/lock.py

# A source distribution in a clean environment: commands on CSV, a second project, its own tests.
installed:
	.ci/installed $(PYTHON)

# Build, check, archive and tag what is committed; nothing is uploaded.
release:
	.ci/release $(PYTHON)

lint: $(VENV)/.dev-installed
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

types: $(VENV)/.dev-installed
	$(PY) -m mypy

mutants: $(VENV)/.test-installed
	$(PY) benchmarks/mutation.py $(if $(SLICE),--slice $(SLICE))

bench: $(VENV)/.full-installed
	@mkdir -p .cache
	$(PY) -m pytest benchmarks/$(BENCH) -p no:xdist -m "" --benchmark-only --benchmark-json=.cache/benchmarks.json
	$(if $(BENCH),,$(PY) benchmarks/report.py .cache/benchmarks.json)

$(PY):
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found; pass PYTHON=/path/to/python."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.figures-installed: pyproject.toml constraints.txt | $(PY)
	@echo "Installing what the notebooks need (once) ..."
	$(PIP_INSTALL) -e ".[notebooks]"
	@touch $@

$(VENV)/.test-installed: pyproject.toml constraints.txt | $(PY)
	@echo "Installing what the tests need (once) ..."
	$(PIP_INSTALL) -e ".[test]"
	@touch $@

$(VENV)/.dev-installed: $(VENV)/.test-installed
	$(PIP_INSTALL) -e ".[test,dev]"
	@touch $@

$(VENV)/.docs-installed: pyproject.toml constraints.txt | $(PY)
	@echo "Installing what the site needs (once) ..."
	$(PIP_INSTALL) -e ".[docs]"
	@touch $@

$(VENV)/.full-installed: $(VENV)/.test-installed
	@echo "Installing the optional extras: PyTorch, Transformers, Ray, Inspect, lm-evaluation-harness, peers, Sphinx, Spark (once) ..."
	$(PIP_INSTALL) -e ".[test,torch,transformers,ray,inspect,lm-eval,peers,benchmarks,docs,spark]"
	@touch $@

clean:
	rm -rf $(VENV) $(VENV)-lowest $(VENV)-locked build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .cache
