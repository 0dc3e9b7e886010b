# Two commands matter: `make` measures the article's campaign, `make test` runs all tests. Neither needs anything but
# Python 3.11 or newer (another than python3: `make PYTHON=python3.12`), and neither writes outside this folder.
PYTHON ?= python3
SNAKEMAKE = snakemake --cores all
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PYTHONUTF8 = 1

.PHONY: campaign quick workers models own crossover interpreters verdicts verdicts-quick retry calibrate figures test check unit pages processes pipeline test-campaigns slurm test-cluster faults soak validate lock
.DELETE_ON_ERROR:

campaign: .venv/ready  ## measure the article's campaign and draw its figures
	$(SNAKEMAKE)

quick: .venv/ready  ## the same eight programs, small: within a minute
	$(SNAKEMAKE) --configfile config/quick.yaml

workers: .venv/ready  ## the worker sweep
	$(SNAKEMAKE) --configfile config/workers.yaml

crossover: .venv/ready  ## mixed work: who wins at which latency and CPU time per item
	$(SNAKEMAKE) --configfile config/crossover.yaml

own: .venv/ready  ## your own work: two examples, to be replaced by yours
	$(SNAKEMAKE) --configfile config/own.yaml

interpreters: .venv/ready  ## the same work on several Pythons, as far as they are there
	$(SNAKEMAKE) --configfile config/interpreters.yaml

models: .venv/models  ## today's models beside the article's
	$(SNAKEMAKE) --configfile config/models.yaml

verdicts: .venv/ready  ## the article's 43 claims, answered: about 20 minutes
	$(SNAKEMAKE) --configfile config/verdicts.yaml

verdicts-quick: .venv/ready  ## those of them that can be answered in a few minutes
	$(SNAKEMAKE) --configfile config/verdicts_quick.yaml

retry: .venv/ready  ## measure again what isn't ok in the article's campaign
	python scripts/retry_runs.py results/article
	$(SNAKEMAKE)

calibrate: .venv/ready  ## the origin's ceiling, by wrk, and how near the article's campaign came to it
	python scripts/calibrate_server.py results/article

figures: .venv/ready  ## draw the article campaign's figures again
	$(SNAKEMAKE) figures

test: .venv/models check unit pages processes pipeline  ## all tests

check: .venv/models  ## linters and types
	ruff check .
	ruff format --check .
	snakefmt --check Snakefile
	mypy
	snakemake --lint

unit: .venv/models  ## tests of pure logic
	pytest tests --ignore tests/processes --ignore tests/pages --ignore tests/pipeline --ignore tests/campaigns --ignore tests/cluster

pages: .venv/ready  ## tests of the report in a browser, where there is a chromium
	pytest tests/pages

processes: .venv/models  ## tests of the origin, the models and the driver as real processes
	pytest tests/processes

pipeline: .venv/ready  ## tests of the whole pipeline, on tiny campaigns
	pytest tests/pipeline -m "not faults"

test-cluster: .venv-slurm/ready  ## tests on a small Slurm cluster of their own, where its programs are: about 5 minutes
	PATH=$(CURDIR)/.venv-slurm/bin:$$PATH pytest tests/cluster -m "not soak"

slurm: .venv-slurm/ready  ## the environment that hands blocks to a Slurm cluster: docs/cluster.md

faults: .venv/ready  ## tests of killed campaigns, power cuts and full disks: about 5 minutes
	pytest tests/pipeline -m faults

test-campaigns: .venv/ready  ## tests of whole campaigns, as CI runs them: the claims, and several interpreters (6 minutes)
	pytest tests/campaigns

soak: .venv/ready .venv-slurm/ready  ## kill a campaign at 200 drawn moments, and reach a cluster's time limit (half an hour)
	SOAK_KILLS=200 pytest tests/pipeline/test_interruption.py
	PATH=$(CURDIR)/.venv-slurm/bin:$$PATH pytest tests/cluster -m soak

validate: .venv/ready  ## measure what this project promises of itself, each figure beside its bar (minutes)
	PYTHONPATH=scripts python -m dev.validate

# uv, itself installed from the lock, is several times as fast as pip and compiles all modules, which an environment
# with PYTHONDONTWRITEBYTECODE would otherwise do at every start. Behind a mirror that only pip knows, pip does it.
define environment
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed, and $(PYTHON) isn't: name another, as in make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(1)
	sed -n '/^uv==/,/[^\\]$$/p' requirements.txt > $(1)/uv.txt
	$(1)/bin/python -m pip install --quiet --no-cache-dir --require-hashes --requirement $(1)/uv.txt
	VIRTUAL_ENV=$(CURDIR)/$(1) $(1)/bin/uv pip install --quiet --no-cache --compile-bytecode --require-hashes \
	    $(addprefix --requirement ,$(2)) || \
	  $(1)/bin/python -m pip install --quiet --no-cache-dir --compile --require-hashes $(addprefix --requirement ,$(2))
	$(1)/bin/python -m compileall -q scripts
	touch $(1)/ready
endef

.venv/ready: requirements.txt
	$(call environment,.venv,requirements.txt)

# What hands blocks to a Slurm cluster; apart, since it slows every start of Snakemake.
.venv-slurm/ready: requirements.txt requirements-slurm.txt
	$(call environment,.venv-slurm,requirements.txt requirements-slurm.txt)

# What few need: the further models and clients.
.venv/models: requirements-models.txt scripts/keep_urllib3.py .venv/ready
	VIRTUAL_ENV=$(CURDIR)/.venv .venv/bin/uv pip install --quiet --no-cache --compile-bytecode --require-hashes \
	    --requirement requirements-models.txt || \
	  .venv/bin/python -m pip install --quiet --no-cache-dir --compile --require-hashes --requirement requirements-models.txt
	.venv/bin/python scripts/keep_urllib3.py .venv requirements.txt
	touch .venv/models

lock: .venv/ready  ## lock the newest versions of what the requirements' .in files name
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --upgrade \
	    --no-emit-index-url requirements.in --output-file requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --upgrade \
	    --no-emit-index-url --constraints requirements.txt requirements-models.in --output-file requirements-models.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --upgrade \
	    --no-emit-index-url --constraints requirements.txt requirements-slurm.in --output-file requirements-slurm.txt
	for version in 3.9 3.10 3.11 3.12 3.13 3.14 3.15; do \
	    uv pip compile --quiet --universal --python-version $$version --generate-hashes --no-annotate --no-header --upgrade \
	        --no-emit-index-url interpreters/requirements.in --output-file interpreters/python$$version.txt; done
	python scripts/environment_file.py requirements.txt environment.yml
