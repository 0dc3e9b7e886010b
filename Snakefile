"""Concurrency models, measured: config in; runs, tables and figures out. Read it from top to bottom, as data flows."""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from snakemake.utils import min_version

min_version("9.0")
sys.path.insert(0, str(Path(workflow.basedir) / "scripts"))

import slurm_mend
import snakemake_mends
import targets
from block_files import block_names, records_by_block
from plan import spec
from record_paths import digest
from run_record import SESSION_VARIABLE

snakemake_mends.mend()
if targets.hands_out():

    envvars:
        "MEASURING_HAND_OUT",

    slurm_mend.mend()


# A campaign is one config file: one given on the command line takes this one's place, not that of some of its keys.
if not workflow.overwrite_configfiles:

    configfile: "config/config.yaml"


CAMPAIGN = targets.campaign_or_exit(config, workflow.configfiles)
RUNS = targets.runs(CAMPAIGN)
PROBES = targets.probes(CAMPAIGN)
targets.set_aside(CAMPAIGN, RUNS, PROBES)
RECORDS = records_by_block(RUNS, PROBES)
BLOCKS = block_names(RECORDS)
FIGURES = targets.figure_names("experiments")
AHEAD = targets.ahead(CAMPAIGN, RUNS, PROBES)
targets.tell_dry_run(AHEAD, sys.argv)
SESSION = os.environ[SESSION_VARIABLE] = targets.new_session()
HELD = []


wildcard_constraints:
    campaign=CAMPAIGN.name,
    experiment="|".join(CAMPAIGN.experiments),
    figure="|".join(targets.figure_names("worker sweeps", "CPU-bound")),
    campaign_figure="|".join(targets.figure_names("campaign", "claims", "interpreters", "mixed work")),
    run="[A-Za-z0-9_/-]+",
    block="[0-9]+",
    digest="[0-9a-f]+",
    probe="[A-Za-z0-9_/-]+",


# On a cluster, all but the blocks is made where Snakemake was started.
localrules:
    all,
    figures,
    campaign_config,
    certificate,
    runs_table,
    items_table,
    probes_table,
    summary_table,
    nodes_table,
    comparisons_table,
    interpreters_table,
    scaling_table,
    warnings_table,
    claims_table,
    claims_page,
    conclusion,
    article_table,
    experiment_figures,
    figure,
    campaign_figure,
    report_page,


# What is held lasts as long as this process: the campaign and, if there is anything to measure, the machine.
onstart:
    HELD.extend(targets.begin(CAMPAIGN, RECORDS, AHEAD, SESSION))


onsuccess:
    targets.print_conclusion(CAMPAIGN)


onerror:
    targets.print_stopped(CAMPAIGN, RUNS, BLOCKS)


rule all:
    input:
        expand(
            "results/{campaign}/{page}", campaign=CAMPAIGN.name, page=["report.html", "article.md", "conclusion.txt"]
        ),
        expand("results/{campaign}/claims.md", campaign=CAMPAIGN.name if CAMPAIGN.claims else []),
        targets.tables(CAMPAIGN),
        targets.figures(CAMPAIGN),


rule figures:
    input:
        targets.figures(CAMPAIGN),


rule campaign_config:
    output:
        "results/{campaign}/config.json",
    log:
        "results/{campaign}/logs/campaign_config.log",
    conda:
        "environment.yml"
    params:
        config=json.dumps(config, indent=2),
    shell:
        "printf '%s\\n' {params.config:q} > {output:q} 2> >(tee {log:q} >&2)"


rule certificate:
    input:
        script=ancient("scripts/certificate.py"),
    output:
        server="results/{campaign}/certificate/server.pem",
        bundle="results/{campaign}/certificate/bundle.pem",
    log:
        "results/{campaign}/logs/certificate.log",
    conda:
        "environment.yml"
    shell:
        "python {input.script:q} {output.server:q} {output.bundle:q} 2> >(tee {log:q} >&2)"


# One point in one block. It asks for more threads than there are, so that nothing else runs beside it, and waits for
# the block before, so that few runs are ready at a time; its priority keeps the order that the plan has drawn.
# What a run, a probe or a block rests on is in its path (see scripts/record_paths.py) and its inputs are ancient: where
# a job has changed, Snakemake doesn't look for changes in those after it.
rule run_record:
    input:
        block_before=ancient(
            lambda wildcards: targets.block_before(
                CAMPAIGN, BLOCKS, RUNS[wildcards.run].block, f"runs/{wildcards.run}"
            )
        ),
        certificate=ancient("results/{campaign}/certificate/server.pem"),
        bundle=ancient("results/{campaign}/certificate/bundle.pem"),
    output:
        "results/{campaign}/runs/{run}.json",
    log:
        "results/{campaign}/logs/runs/{run}.log",
    priority: lambda wildcards: -RUNS[wildcards.run].order
    conda:
        "environment.yml"
    threads: 1024
    resources:
        timeout_s=str(CAMPAIGN.timeout_s),
        foreign_cpu=str(CAMPAIGN.foreign_cpu_limit),
        attempts=CAMPAIGN.attempts,
        step=lambda wildcards: AHEAD.step(f"runs/{wildcards.run}"),
    params:
        spec=lambda wildcards: spec(CAMPAIGN, RUNS[wildcards.run]).to_json(),
    shell:
        "exec python scripts/measure.py --spec {params.spec:q} --timeout {resources.timeout_s:q}"
        " --foreign-cpu {resources.foreign_cpu:q} --attempts {resources.attempts}"
        " --certificate {input.certificate:q} --bundle {input.bundle:q} --step {resources.step:q}"
        " --record {output:q} --log {log:q}"


# Beside the runs of each block, before all of them.
rule probe_record:
    input:
        block_before=ancient(
            lambda wildcards: targets.block_before(
                CAMPAIGN, BLOCKS, PROBES[wildcards.probe].block, f"probes/{wildcards.probe}"
            )
        ),
    output:
        "results/{campaign}/probes/{probe}.json",
    log:
        "results/{campaign}/logs/probes/{probe}.log",
    priority: 1
    conda:
        "environment.yml"
    threads: 1024
    resources:
        foreign_cpu=str(CAMPAIGN.foreign_cpu_limit),
        attempts=CAMPAIGN.attempts,
        step=lambda wildcards: AHEAD.step(f"probes/{wildcards.probe}"),
    params:
        probe=lambda wildcards: json.dumps(asdict(PROBES[wildcards.probe])),
    shell:
        "python scripts/probe.py --probe {params.probe:q} --foreign-cpu {resources.foreign_cpu:q}"
        " --attempts {resources.attempts} --step {resources.step:q} --record {output:q} 2> >(tee {log:q} >&2)"


if targets.hands_out():

    # On a cluster a block is what is handed out: one job, alone on its node, in which the pipeline measures that block.
    rule block_on_a_node:
        input:
            config=ancient("results/{campaign}/config.json"),
            certificate=ancient("results/{campaign}/certificate/server.pem"),
            bundle=ancient("results/{campaign}/certificate/bundle.pem"),
        output:
            "results/{campaign}/blocks/{block}-{digest}.measured",
        log:
            "results/{campaign}/logs/blocks/{block}-{digest}.log",
        priority: lambda wildcards: -int(wildcards.block)
        conda:
            "environment.yml"
        resources:
            runtime=lambda wildcards, attempt: attempt * targets.block_minutes(AHEAD, int(wildcards.block)),
        shell:
            "python scripts/measure_block.py --config {input.config:q} --block {wildcards.block} --marker {output:q}"
            " 2> >(tee {log:q} >&2)"

else:

    rule block_marker:
        input:
            ancient(lambda wildcards: [f"results/{CAMPAIGN.name}/{record}" for record in RECORDS[int(wildcards.block)]]),
        output:
            "results/{campaign}/blocks/{block}-{digest}.measured",
        log:
            "results/{campaign}/logs/blocks/{block}-{digest}.log",
        conda:
            "environment.yml"
        shell:
            "touch {output:q} 2> >(tee {log:q} >&2)"


rule runs_table:
    input:
        targets.records(CAMPAIGN, "runs", RUNS, BLOCKS),
        targets.MODULES,
        script="scripts/collect.py",
        config="results/{campaign}/config.json",
    output:
        report(
            "results/{campaign}/runs.csv",
            caption="docs/captions/table.rst",
            category="Tables",
            labels={"table": "runs"},
        ),
    log:
        "results/{campaign}/logs/runs_table.log",
    conda:
        "environment.yml"
    params:
        records=lambda wildcards: f"results/{wildcards.campaign}/runs",
        paths=digest(path.encode() for path in RUNS),  # so that a record which comes back after an edit is noticed
    shell:
        "python {input.script:q} --config {input.config:q} --records {params.records:q} --table {output:q} 2> >(tee {log:q} >&2)"


# The typical run of each point, item by item.
rule items_table:
    input:
        targets.MODULES,
        script="scripts/collect_items.py",
        runs="results/{campaign}/runs.csv",
    output:
        report(
            "results/{campaign}/items.csv",
            caption="docs/captions/table.rst",
            category="Tables",
            labels={"table": "items"},
        ),
    log:
        "results/{campaign}/logs/items_table.log",
    conda:
        "environment.yml"
    params:
        records=lambda wildcards: f"results/{wildcards.campaign}/runs",
    shell:
        "python {input.script:q} --runs {input.runs:q} --records {params.records:q} --table {output:q} 2> >(tee {log:q} >&2)"


rule probes_table:
    input:
        targets.MODULES,
        targets.records(CAMPAIGN, "probes", PROBES, BLOCKS),
        script="scripts/collect_probes.py",
        config="results/{campaign}/config.json",
    output:
        report(
            "results/{campaign}/probes.csv",
            caption="docs/captions/table.rst",
            category="Tables",
            labels={"table": "probes"},
        ),
    log:
        "results/{campaign}/logs/probes_table.log",
    conda:
        "environment.yml"
    params:
        records=lambda wildcards: f"results/{wildcards.campaign}/probes",
        paths=digest(path.encode() for path in PROBES),
    shell:
        "python {input.script:q} --config {input.config:q} --records {params.records:q} --table {output:q} 2> >(tee {log:q} >&2)"


rule summary_table:
    input:
        targets.MODULES,
        script="scripts/summarise.py",
        config="results/{campaign}/config.json",
        runs="results/{campaign}/runs.csv",
        probes="results/{campaign}/probes.csv",
    output:
        report(
            "results/{campaign}/summary.csv",
            caption="docs/captions/table.rst",
            category="Tables",
            labels={"table": "summary"},
        ),
    log:
        "results/{campaign}/logs/summary_table.log",
    conda:
        "environment.yml"
    shell:
        "python {input.script:q} --config {input.config:q} --runs {input.runs:q} --probes {input.probes:q}"
        " --table {output:q} 2> >(tee {log:q} >&2)"


rule nodes_table:
    input:
        targets.MODULES,
        *(f"scripts/{name}.py" for name in ("environment", "node")),
        script="scripts/compare_nodes.py",
        config="results/{campaign}/config.json",
        runs="results/{campaign}/runs.csv",
        probes="results/{campaign}/probes.csv",
    output:
        report(
            "results/{campaign}/nodes.csv",
            caption="docs/captions/table.rst",
            category="Tables",
            labels={"table": "nodes"},
        ),
    log:
        "results/{campaign}/logs/nodes_table.log",
    conda:
        "environment.yml"
    params:
        environment=lambda wildcards: f"results/{wildcards.campaign}/environment.json",  # of sessions, not of rules
    shell:
        "python {input.script:q} --config {input.config:q} --runs {input.runs:q} --probes {input.probes:q}"
        " --environment {params.environment:q} --table {output:q} 2> >(tee {log:q} >&2)"


rule comparisons_table:
    input:
        targets.MODULES,
        script="scripts/compare.py",
        config="results/{campaign}/config.json",
        runs="results/{campaign}/runs.csv",
        summary="results/{campaign}/summary.csv",
    output:
        report(
            "results/{campaign}/comparisons.csv",
            caption="docs/captions/table.rst",
            category="Tables",
            labels={"table": "comparisons"},
        ),
    log:
        "results/{campaign}/logs/comparisons_table.log",
    conda:
        "environment.yml"
    shell:
        "python {input.script:q} --config {input.config:q} --runs {input.runs:q} --summary {input.summary:q}"
        " --table {output:q} 2> >(tee {log:q} >&2)"


# Empty but for its heading where there is one interpreter only.
rule interpreters_table:
    input:
        targets.MODULES,
        "scripts/compare.py",
        script="scripts/compare_interpreters.py",
        config="results/{campaign}/config.json",
        runs="results/{campaign}/runs.csv",
        summary="results/{campaign}/summary.csv",
        comparisons="results/{campaign}/comparisons.csv",
    output:
        report(
            "results/{campaign}/interpreters.csv",
            caption="docs/captions/table.rst",
            category="Tables",
            labels={"table": "interpreters"},
        ),
    log:
        "results/{campaign}/logs/interpreters_table.log",
    conda:
        "environment.yml"
    shell:
        "python {input.script:q} --config {input.config:q} --runs {input.runs:q} --summary {input.summary:q}"
        " --comparisons {input.comparisons:q} --table {output:q} 2> >(tee {log:q} >&2)"


# Empty but for its heading where no contender has numbers of workers enough.
rule scaling_table:
    input:
        targets.MODULES,
        *(f"scripts/{name}.py" for name in ("compare", "optimum", "scaling_laws")),
        script="scripts/fit_scaling.py",
        config="results/{campaign}/config.json",
        runs="results/{campaign}/runs.csv",
        summary="results/{campaign}/summary.csv",
        comparisons="results/{campaign}/comparisons.csv",
    output:
        report(
            "results/{campaign}/scaling.csv",
            caption="docs/captions/table.rst",
            category="Tables",
            labels={"table": "scaling"},
        ),
    log:
        "results/{campaign}/logs/scaling_table.log",
    conda:
        "environment.yml"
    shell:
        "python {input.script:q} --config {input.config:q} --runs {input.runs:q} --summary {input.summary:q}"
        " --comparisons {input.comparisons:q} --table {output:q} 2> >(tee {log:q} >&2)"


rule warnings_table:
    input:
        targets.MODULES,
        script="scripts/warn.py",
        config="results/{campaign}/config.json",
        runs="results/{campaign}/runs.csv",
        summary="results/{campaign}/summary.csv",
        comparisons="results/{campaign}/comparisons.csv",
        interpreters="results/{campaign}/interpreters.csv",
        scaling="results/{campaign}/scaling.csv",
    output:
        report(
            "results/{campaign}/warnings.csv",
            caption="docs/captions/table.rst",
            category="Tables",
            labels={"table": "warnings"},
        ),
    log:
        "results/{campaign}/logs/warnings_table.log",
    conda:
        "environment.yml"
    shell:
        "python {input.script:q} --config {input.config:q} --runs {input.runs:q} --summary {input.summary:q}"
        " --comparisons {input.comparisons:q} --interpreters {input.interpreters:q} --scaling {input.scaling:q}"
        " --table {output:q} 2> >(tee {log:q} >&2)"


# Not made unless the config names a file of claims.
rule claims_table:
    input:
        targets.MODULES,
        *(f"scripts/{name}.py" for name in ("claims", "claim_tests", "quantities")),
        script="scripts/judge.py",
        config="results/{campaign}/config.json",
        claims=CAMPAIGN.claims or [],
        runs="results/{campaign}/runs.csv",
        probes="results/{campaign}/probes.csv",
    output:
        report(
            "results/{campaign}/claims.csv",
            caption="docs/captions/table.rst",
            category="Tables",
            labels={"table": "claims"},
        ),
    log:
        "results/{campaign}/logs/claims_table.log",
    conda:
        "environment.yml"
    shell:
        "python {input.script:q} --config {input.config:q} --statements {input.claims:q} --runs {input.runs:q}"
        " --probes {input.probes:q} --table {output:q} 2> >(tee {log:q} >&2)"


rule claims_page:
    input:
        targets.MODULES,
        script="scripts/claims_page.py",
        config="results/{campaign}/config.json",
        claims="results/{campaign}/claims.csv",
        comparisons="results/{campaign}/comparisons.csv",
    output:
        "results/{campaign}/claims.md",
    log:
        "results/{campaign}/logs/claims_page.log",
    conda:
        "environment.yml"
    shell:
        "python {input.script:q} --config {input.config:q} --claims {input.claims:q}"
        " --comparisons {input.comparisons:q} --page {output:q} 2> >(tee {log:q} >&2)"


rule conclusion:
    input:
        targets.MODULES,
        targets.SAYING,
        script="scripts/conclude.py",
        config="results/{campaign}/config.json",
        runs="results/{campaign}/runs.csv",
        summary="results/{campaign}/summary.csv",
        comparisons="results/{campaign}/comparisons.csv",
        interpreters="results/{campaign}/interpreters.csv",
        warnings="results/{campaign}/warnings.csv",
    output:
        "results/{campaign}/conclusion.txt",
    log:
        "results/{campaign}/logs/conclusion.log",
    conda:
        "environment.yml"
    shell:
        "python {input.script:q} --config {input.config:q} --runs {input.runs:q} --summary {input.summary:q}"
        " --comparisons {input.comparisons:q} --interpreters {input.interpreters:q} --warnings {input.warnings:q}"
        " --text {output:q} 2> >(tee {log:q} >&2)"


rule article_table:
    input:
        targets.MODULES,
        script="scripts/article_table.py",
        config="results/{campaign}/config.json",
        runs="results/{campaign}/runs.csv",
        summary="results/{campaign}/summary.csv",
        comparisons="results/{campaign}/comparisons.csv",
    output:
        "results/{campaign}/article.md",
    log:
        "results/{campaign}/logs/article_table.log",
    conda:
        "environment.yml"
    shell:
        "python {input.script:q} --config {input.config:q} --runs {input.runs:q} --summary {input.summary:q}"
        " --comparisons {input.comparisons:q} --page {output:q} 2> >(tee {log:q} >&2)"


# Each figure is a file in scripts/figures/, which says what it is drawn from and for. Those that every experiment has are
# drawn together, since a process spends most of its time on importing what it draws with.
rule experiment_figures:
    input:
        targets.MODULES,
        targets.DRAWING,
        expand("scripts/figures/{figure}.py", figure=FIGURES),
        script="scripts/draw.py",
        config="results/{campaign}/config.json",
        tables=targets.tables_of(CAMPAIGN, *FIGURES),
    output:
        [
            report(
                f"results/{{campaign}}/figures/{figure}-{{experiment}}.png",
                caption="docs/captions/figure.rst",
                category="Figures",
                subcategory="{experiment}",
                labels={"experiment": "{experiment}", "figure": figure},
            )
            for figure in FIGURES
        ],
        expand("results/{{campaign}}/figures/{figure}-{{experiment}}.svg", figure=FIGURES),
    log:
        "results/{campaign}/logs/figures/{experiment}.log",
    conda:
        "environment.yml"
    params:
        figures=FIGURES,
    shell:
        "python {input.script:q} {params.figures:q} --config {input.config:q} --experiment {wildcards.experiment:q}"
        " --tables {input.tables:q} --figures {output:q} 2> >(tee {log:q} >&2)"


rule figure:
    input:
        targets.MODULES,
        targets.DRAWING,
        "scripts/figures/{figure}.py",
        script="scripts/draw.py",
        config="results/{campaign}/config.json",
        tables=lambda wildcards: targets.tables_of(CAMPAIGN, wildcards.figure),
    output:
        png=report(
            "results/{campaign}/figures/{figure}-{experiment}.png",
            caption="docs/captions/figure.rst",
            category="Figures",
            subcategory="{experiment}",
            labels={"experiment": "{experiment}", "figure": "{figure}"},
        ),
        svg="results/{campaign}/figures/{figure}-{experiment}.svg",
    log:
        "results/{campaign}/logs/figures/{figure}-{experiment}.log",
    conda:
        "environment.yml"
    shell:
        "python {input.script:q} {wildcards.figure:q} --config {input.config:q} --experiment {wildcards.experiment:q}"
        " --tables {input.tables:q} --figures {output:q} 2> >(tee {log:q} >&2)"


rule campaign_figure:
    input:
        targets.MODULES,
        targets.DRAWING,
        "scripts/figures/{campaign_figure}.py",
        script="scripts/draw.py",
        config="results/{campaign}/config.json",
        tables=lambda wildcards: targets.tables_of(CAMPAIGN, wildcards.campaign_figure),
    output:
        png=report(
            "results/{campaign}/figures/{campaign_figure}.png",
            caption="docs/captions/figure.rst",
            category="Figures",
            subcategory="the whole campaign",
            labels={"experiment": "all", "figure": "{campaign_figure}"},
        ),
        svg="results/{campaign}/figures/{campaign_figure}.svg",
    log:
        "results/{campaign}/logs/figures/{campaign_figure}.log",
    conda:
        "environment.yml"
    shell:
        "python {input.script:q} {wildcards.campaign_figure:q} --config {input.config:q}"
        " --tables {input.tables:q} --figures {output:q} 2> >(tee {log:q} >&2)"


rule report_page:
    input:
        targets.MODULES,
        targets.REPORTING,
        script="scripts/report.py",
        config="results/{campaign}/config.json",
        tables=targets.tables(CAMPAIGN),
        figures=targets.figures(CAMPAIGN),
    output:
        report(
            "results/{campaign}/report.html",
            caption="docs/captions/report.rst",
            category="Report",
            labels={"campaign": "{campaign}"},
        ),
    log:
        "results/{campaign}/logs/report_page.log",
    conda:
        "environment.yml"
    params:
        environment=lambda wildcards: f"results/{wildcards.campaign}/environment.json",  # of sessions, not of rules
    shell:
        "python {input.script:q} --config {input.config:q} --tables {input.tables:q} --figures {input.figures:q}"
        " --environment {params.environment:q} --page {output:q} 2> >(tee {log:q} >&2)"
