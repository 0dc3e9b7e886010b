# `make` measures the article's campaign, `make test` runs the tests, `make help` lists all targets. They need Python 3.11 or
# newer; to use another than python3: `make PYTHON=python3.12`. Everything is installed in this folder. Elsewhere they write
# only temporary files, with a lock for the whole machine (to TMPDIR or /tmp), and packages' caches (to ~/.cache).
PYTHON ?= python3
# For `make own`, PYTHON names the Python to measure with, and .venv is made with python3.
ifneq ($(filter own,$(MAKECMDGOALS)),)
ifneq ($(origin PYTHON),file)
MEASURED := $(PYTHON)
override PYTHON := python3
endif
endif
key = $(if $(2),'$(1)=$(subst ','\'',$(2))')
SNAKEMAKE = snakemake --cores all
DEV = PYTHONPATH=scripts python -P -m dev.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PYTHONUTF8 = 1

.DEFAULT_GOAL = campaign
.DELETE_ON_ERROR:

.PHONY: help
help:  ## list all targets
	@awk 'BEGIN { FS = ":.*## +" } \
	    /^##@ / { printf "\n%s\n", substr($$0, 5) } \
	    /^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

##@ Campaigns
.PHONY: campaign quick workers crossover models interpreters own own-exhaustive compare verdicts verdicts-quick

campaign: .venv/ready  ## measure the article's programs (5 to 8 minutes); the default
	$(SNAKEMAKE)

quick: .venv/ready  ## measure the same programs with less work (one to two minutes)
	$(SNAKEMAKE) --configfile config/quick.yaml

workers: .venv/ready  ## find each model's best number of workers (up to 18 minutes)
	$(SNAKEMAKE) --configfile config/workers.yaml

crossover: .venv/ready  ## map the fastest model for downloads with CPU work (up to 20 minutes)
	$(SNAKEMAKE) --configfile config/crossover.yaml

models: .venv/models  ## measure more models and HTTP clients (up to 15 minutes)
	$(SNAKEMAKE) --configfile config/models.yaml

interpreters: .venv/ready  ## measure the same work on all installed Pythons
	$(SNAKEMAKE) --configfile config/interpreters.yaml

own: $(if $(FILE),.venv/ready)  ## measure your own function: make own FILE=my_work.py [BUDGET=2m] [PYTHON=path/to/python]
	@$(if $(FILE),,echo "Name your file: make own FILE=my_work.py. docs/tutorials/your-own-code.md says what it needs." >&2; exit 2)
	$(SNAKEMAKE) --config $(call key,own,$(FILE)) $(call key,budget,$(BUDGET)) $(call key,python,$(MEASURED))

own-exhaustive: .venv/ready .venv-examples/ready  ## measure the examples in examples/ under all models (half an hour)
	python examples/with_server.py postgres python examples/with_server.py json \
	    $(SNAKEMAKE) --configfile config/own_exhaustive.yaml

compare: .venv/ready  ## compare two Pythons or environments: make compare BEFORE=path/to/python AFTER=path/to/python
	python scripts/compare_pythons.py "$(BEFORE)" "$(AFTER)" $(if $(CONFIG),--config "$(CONFIG)")

verdicts: .venv/ready  ## test the article's 43 claims (up to 45 minutes)
	$(SNAKEMAKE) --configfile config/verdicts.yaml

verdicts-quick: .venv/ready  ## test most of the claims, with less work (about 4 minutes)
	$(SNAKEMAKE) --configfile config/verdicts_quick.yaml

##@ After the article's campaign
.PHONY: figures retry calibrate

figures: .venv/ready  ## draw the figures of the article's campaign again
	$(SNAKEMAKE) figures

retry: .venv/ready  ## repeat the failed and excluded runs of the article's campaign
	python scripts/retry_runs.py results/article
	$(SNAKEMAKE)

calibrate: .venv/ready  ## measure the test server's limit with wrk, and how near the article's campaign came to it
	python scripts/calibrate_server.py results/article

##@ A Slurm cluster
.PHONY: slurm

slurm: .venv-slurm/ready  ## install an environment with Snakemake's Slurm plugin; see docs/guides/cluster.md

##@ Tests
.PHONY: test check unit processes pages pipeline

# Three processes for two CPUs, because tests also wait. One that has no tests left takes half of another's. Slow ones first.
PYTEST = pytest -n 3 --dist worksteal
# Slow tests are handed out one at a time, and give way to a campaign that is measured beside them.
PYTEST_SLOW = nice -n 10 pytest --dist load --maxschedchunk 1

LINTERS = lint-types lint-code lint-documents lint-formats
.PHONY: tests $(LINTERS)

# The linters run beside the tests, which wait at times.
test: .venv/dev  ## run the linters and all but the slow tests (about 5 minutes)
	@$(MAKE) --no-print-directory --jobs 2 tests $(LINTERS)

tests:
	$(PYTEST) tests/pipeline tests/pages tests/processes tests/unit -m "not faults"

check: .venv/dev  ## run the linters, and check types and file formats
	@$(MAKE) --no-print-directory --jobs 2 --output-sync $(LINTERS)

lint-types:
	mypy

lint-code:
	ruff check .
	ruff format --check .
	snakefmt --check Snakefile rules
	PYTHONPATH=scripts lint-imports --no-logo --no-cache
	snakemake --lint

lint-documents:
	$(DEV)update_architecture --check
	$(DEV)update_docs --check
	$(DEV)check_prose
	codespell

lint-formats:
	check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	check-jsonschema --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/*_*.yml
	check-jsonschema --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	check-jsonschema --builtin-schema vendor.citation-file-format CITATION.cff
	pre-commit validate-config

unit: .venv/dev  ## test pure logic
	$(PYTEST) tests/unit

processes: .venv/dev  ## test the server, the models and the runner as real processes
	$(PYTEST) tests/processes

pages: .venv/dev  ## test the report in a browser; needs chromium
	pytest tests/pages

pipeline: .venv/dev  ## test the whole pipeline on tiny campaigns
	$(PYTEST) tests/pipeline -m "not faults"

##@ Documentation
.PHONY: docs

docs: .venv/dev  ## build the documentation as a site, build/site/; fails for a dead link or a stale table
	$(DEV)update_docs --check
	PYTHONPATH=scripts NO_MKDOCS_2_WARNING=1 mkdocs build --strict

##@ Slow tests
.PHONY: faults test-campaigns test-cluster soak validate

faults: .venv/dev  ## kill campaigns, simulate power failures and fill the disk (about 4 minutes)
	$(PYTEST_SLOW) -n 2 tests/pipeline -m faults

test-campaigns: .venv/dev  ## test a campaign of claims and one of several Pythons (about 6 minutes)
	pytest -n 2 --dist loadfile tests/campaigns

test-cluster: .venv-slurm/dev  ## test on a small local Slurm cluster; needs Slurm (about 5 minutes)
	PATH="$$PWD/.venv-slurm/bin:$$PATH" $(PYTEST_SLOW) -n 3 tests/cluster -m "not soak"

soak: .venv/dev .venv-slurm/dev  ## kill a campaign at 200 random moments, and exceed a cluster's time limit (about 90 minutes)
	SOAK_KILLS=200 pytest -n 2 tests/pipeline/test_interruption.py
	PATH="$$PWD/.venv-slurm/bin:$$PATH" pytest tests/cluster -m soak

validate: .venv/dev  ## check the project's performance targets (about 2 hours)
	$(DEV)validate

##@ Environments
.PHONY: dev examples lock

dev: .venv/dev  ## install the contributors' environment in .venv

examples: .venv-examples/ready  ## install what the files in examples/ import, in .venv-examples

lock: .venv/ready  ## lock the newest versions of the packages in requirements/*.in
	$(COMPILE) --python-version 3.11 requirements/base.in --output-file requirements/base.txt
	$(COMPILE) --python-version 3.11 --constraints requirements/base.txt \
	    requirements/models.in --output-file requirements/models.txt
	$(COMPILE) --python-version 3.11 --constraints requirements/base.txt --constraints requirements/models.txt \
	    requirements/examples.in --output-file requirements/examples.txt
	$(COMPILE) --python-version 3.11 --constraints requirements/base.txt --constraints requirements/models.txt \
	    --constraints requirements/examples.txt requirements/dev.in --output-file requirements/dev.txt
	$(COMPILE) --python-version 3.11 --constraints requirements/base.txt --constraints requirements/dev.txt \
	    requirements/slurm.in --output-file requirements/slurm.txt
	$(COMPILE) --python-version 3.9 requirements/interpreters.in --output-file requirements/interpreters.txt
	$(DEV)conda_environment requirements/base.txt environment.yml

COMPILE = uv pip compile --quiet --universal --upgrade --generate-hashes --no-annotate --no-header --no-emit-index-url

# An environment is made beside its place and moved there when it is whole; a file in it says of what it is made.
define environment
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "$(PYTHON): this is not Python 3.11 or newer. Name another, as in make PYTHON=python3.12." >&2; exit 1; }
	PYTHONPATH=scripts $(PYTHON) -P scripts/make_environment.py $(1) $(2) $(3)
endef

# Packages of a campaign.
.venv/ready: requirements/base.txt
	$(call environment,.venv,ready,requirements/base.txt)

# Also the optional models and HTTP clients.
.venv/models: requirements/models.txt .venv/ready
	$(call environment,.venv,models,requirements/models.txt)

# Also the contributors' tools.
.venv/dev: requirements/dev.txt .venv/models
	$(call environment,.venv,dev,requirements/dev.txt)

# Packages of the examples, in an environment of its own: measuring another environment is what `make own PYTHON=...` is for.
.venv-examples/ready: requirements/examples.txt
	$(call environment,.venv-examples,ready,requirements/examples.txt)

# Packages of a campaign on a Slurm cluster; separate, because they slow every start of Snakemake.
.venv-slurm/ready: requirements/base.txt requirements/slurm.txt
	$(call environment,.venv-slurm,ready,requirements/base.txt requirements/slurm.txt)

.venv-slurm/dev: requirements/dev.txt .venv-slurm/ready
	$(call environment,.venv-slurm,dev,requirements/dev.txt)
