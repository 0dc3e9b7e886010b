"""Measure Python's concurrency models: from a config to runs, tables, figures and a report.

rules/measure.smk: config -> runs and micro-benchmarks, a record each
rules/tables.smk:  records -> tables
rules/figures.smk: tables -> figures
rules/report.smk:  tables, figures -> report, article, conclusion, claims
"""

import sys
from pathlib import Path

from snakemake.utils import min_version

min_version("9.27")
sys.path.insert(0, str(Path(workflow.basedir) / "scripts"))

from concbench.campaign.config_file import merged, typed_config
from concbench.campaign.plugins import Scope
from concbench.environment.node import hands_out
from concbench.workflow.graph import Graph, figures_for
from concbench.workflow.invocation import Invocation, load_campaign, repair
from concbench.workflow.own_campaign import drop_own_keys, own_config
from concbench.workflow.start import need_checkout

need_checkout(Path(workflow.basedir), workflow.overwrite_configfiles)

# A campaign is one config file: a file on the command line replaces the default file, not only some of its keys. That of the
# user's own function is made here.
if "own" in config:

    configfile: own_config(config, workflow)

elif not workflow.overwrite_configfiles:

    configfile: "config/config.yaml"


config.update(merged(config, typed_config(sys.argv[1:])))  # Snakemake has read false, null and [1] as texts
drop_own_keys(config)
CAMPAIGN = load_campaign(config, workflow.configfiles)
GRAPH = Graph(CAMPAIGN, Path("results") / CAMPAIGN.name)
INVOCATION = Invocation(GRAPH)
if workflow.output_settings.dryrun:
    INVOCATION.announce()
else:
    repair(GRAPH.folder, config)
    INVOCATION.take_due_looks()


wildcard_constraints:
    campaign=CAMPAIGN.name,
    experiment="|".join(CAMPAIGN.experiments),
    run="[A-Za-z0-9_./-]+",
    probe="[A-Za-z0-9_./-]+",
    block="[0-9]+",
    look="[0-9]+-[0-9a-f]+",
    digest="[0-9a-f]+",


include: "rules/common.smk"
include: "rules/measure.smk"
include: "rules/tables.smk"
include: "rules/figures.smk"
include: "rules/report.smk"


onstart:
    INVOCATION.begin(workflow.scheduler)


onsuccess:
    INVOCATION.print_conclusion()


onerror:
    INVOCATION.print_stopped()


localrules:
    all,
    tables,
    figures,


rule all:
    default_target: True
    input:
        GRAPH.pages,
        GRAPH.tables,
        GRAPH.figures,
        GRAPH.traces,


rule tables:
    input:
        GRAPH.tables,


rule figures:
    input:
        GRAPH.figures,
