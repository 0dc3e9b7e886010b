# `make` measures the article's campaign, `make test` runs all tests, `make help` lists the other targets. They need Python 3.11
# or newer (another than python3: `make PYTHON=python3.12`), and write nothing outside this folder.
PYTHON ?= python3
SNAKEMAKE = snakemake --cores all
DEV = PYTHONPATH=scripts python -P -m dev.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PYTHONUTF8 = 1

.DEFAULT_GOAL = campaign
.DELETE_ON_ERROR:

.PHONY: help
help:  ## list the targets
	@awk 'BEGIN { FS = ":.*## +" } \
	    /^##@ / { printf "\n%s\n", substr($$0, 5) } \
	    /^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

##@ Campaigns
.PHONY: campaign quick workers crossover models interpreters own verdicts verdicts-quick

campaign: .venv/ready  ## measure the article's eight programs and draw their figures: about 6 minutes; the default
	$(SNAKEMAKE)

quick: .venv/ready  ## measure the same programs, smaller: about a minute
	$(SNAKEMAKE) --configfile config/quick.yaml

workers: .venv/ready  ## sweep the number of workers: about 10 minutes
	$(SNAKEMAKE) --configfile config/workers.yaml

crossover: .venv/ready  ## measure mixed work at several latencies and CPU times per item, and map the fastest model
	$(SNAKEMAKE) --configfile config/crossover.yaml

models: .venv/models  ## measure today's models beside the article's
	$(SNAKEMAKE) --configfile config/models.yaml

interpreters: .venv/ready  ## measure the same work on several Pythons, those that are installed
	$(SNAKEMAKE) --configfile config/interpreters.yaml

own: .venv/models  ## measure your own work: two examples, to be replaced by yours
	$(SNAKEMAKE) --configfile config/own.yaml

verdicts: .venv/ready  ## answer the article's 43 claims: about 20 minutes
	$(SNAKEMAKE) --configfile config/verdicts.yaml

verdicts-quick: .venv/ready  ## answer the claims that take only a few minutes
	$(SNAKEMAKE) --configfile config/verdicts_quick.yaml

##@ The article's campaign, once measured
.PHONY: figures retry calibrate

figures: .venv/ready  ## draw its figures again
	$(SNAKEMAKE) figures

retry: .venv/ready  ## measure again the runs that are not ok
	python scripts/retry_runs.py results/article
	$(SNAKEMAKE)

calibrate: .venv/ready  ## find the server's ceiling with wrk, and how near the campaign came to it
	python scripts/calibrate_server.py results/article

##@ A Slurm cluster
.PHONY: slurm

slurm: .venv-slurm/ready  ## make the environment that hands blocks to a cluster: docs/cluster.md

##@ Tests
.PHONY: test check unit processes pages pipeline

# Two processes: one that runs out of tests takes half of the other's. What takes long comes first.
PYTEST = pytest -n 2 --dist worksteal

test: .venv/dev check  ## run the linters and all tests but the slow ones: about 5 minutes
	$(PYTEST) tests/pipeline tests/pages tests/processes tests/unit -m "not faults"

check: .venv/dev  ## run the linters, and check types and file formats
	ruff check .
	ruff format --check .
	snakefmt --check Snakefile rules
	mypy
	PYTHONPATH=scripts lint-imports --no-logo --no-cache
	$(DEV)update_architecture --check
	$(DEV)update_docs --check
	codespell
	check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	check-jsonschema --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/*_*.yml
	check-jsonschema --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	check-jsonschema --builtin-schema vendor.citation-file-format CITATION.cff
	pre-commit validate-config
	snakemake --lint

unit: .venv/dev  ## test pure logic
	$(PYTEST) tests/unit

processes: .venv/dev  ## test the server, the models and the runner as real processes
	$(PYTEST) tests/processes

pages: .venv/dev  ## test the report in a browser; needs chromium
	pytest tests/pages

pipeline: .venv/dev  ## test the whole pipeline, on tiny campaigns
	$(PYTEST) tests/pipeline -m "not faults"

##@ Slow tests
.PHONY: faults test-campaigns test-cluster soak validate

faults: .venv/dev  ## kill campaigns, cut the power and fill the disk: about 3 minutes
	$(PYTEST) tests/pipeline -m faults

test-campaigns: .venv/dev  ## test whole campaigns: the claims, and several interpreters: about 6 minutes
	$(PYTEST) tests/campaigns

test-cluster: .venv-slurm/dev  ## test on a small Slurm cluster of its own; needs Slurm: about 10 minutes
	PATH="$$PWD/.venv-slurm/bin:$$PATH" pytest -n 3 tests/cluster -m "not soak"

soak: .venv/dev .venv-slurm/dev  ## kill a campaign at 200 drawn moments, and reach a cluster's time limit: half an hour
	SOAK_KILLS=200 pytest tests/pipeline/test_interruption.py
	PATH="$$PWD/.venv-slurm/bin:$$PATH" pytest tests/cluster -m soak

validate: .venv/dev  ## measure this project's promises, each figure beside its bar: minutes
	$(DEV)validate

##@ Environments
.PHONY: dev lock

dev: .venv/dev  ## make the contributors' environment, .venv

lock: .venv/ready  ## lock the newest versions of the packages that requirements/*.in name
	$(COMPILE) --python-version 3.11 requirements/base.in --output-file requirements/base.txt
	$(COMPILE) --python-version 3.11 --constraints requirements/base.txt \
	    requirements/models.in --output-file requirements/models.txt
	$(COMPILE) --python-version 3.11 --constraints requirements/base.txt --constraints requirements/models.txt \
	    requirements/dev.in --output-file requirements/dev.txt
	$(COMPILE) --python-version 3.11 --constraints requirements/base.txt --constraints requirements/dev.txt \
	    requirements/slurm.in --output-file requirements/slurm.txt
	$(COMPILE) --python-version 3.9 requirements/interpreters.in --output-file requirements/interpreters.txt
	$(DEV)conda_environment requirements/base.txt environment.yml

COMPILE = uv pip compile --quiet --universal --upgrade --generate-hashes --no-annotate --no-header --no-emit-index-url

# An environment is made beside its place and moved there when it is whole; a file in it says of what it is made.
define environment
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed, and $(PYTHON) isn't: name another, as in make PYTHON=python3.12" >&2; exit 1; }
	PYTHONPATH=scripts $(PYTHON) -P scripts/make_environment.py $(1) $(2) $(3)
endef

# A campaign's needs.
.venv/ready: requirements/base.txt
	$(call environment,.venv,ready,requirements/base.txt)

# The further models and clients, too.
.venv/models: requirements/models.txt .venv/ready
	$(call environment,.venv,models,requirements/models.txt)

# Contributors' tools, too.
.venv/dev: requirements/dev.txt .venv/models
	$(call environment,.venv,dev,requirements/dev.txt)

# The needs of a campaign on a Slurm cluster; apart, since they slow every start of Snakemake.
.venv-slurm/ready: requirements/base.txt requirements/slurm.txt
	$(call environment,.venv-slurm,ready,requirements/base.txt requirements/slurm.txt)

.venv-slurm/dev: requirements/dev.txt .venv-slurm/ready
	$(call environment,.venv-slurm,dev,requirements/dev.txt)
