# REQUIRED INPUTS: the config.
# OUTPUTS: results/<campaign>/runs/**.json and probes/**.json, a record for each run and each micro-benchmark of a block;
#          blocks/<block>-<digest>.measured, which marks a complete block;
#          looks/<blocks>-<digest>.json, which says what the blocks after a look measure.
#
# A record's path contains the fingerprint of all that its timing depends on (concbench/campaign/fingerprints.py). Its inputs
# are ancient, because if a job has changed, Snakemake doesn't look at the jobs behind it. Options that affect no result, such
# as time limits, are resources instead of params, so that a change of them measures nothing again.

import json
from dataclasses import asdict

from concbench.campaign.plan import spec

# Limits of the measuring that affect no result. One resource instead of several: Snakemake evaluates each for every run.
LIMITS = f"--background-cpu {CAMPAIGN.background_cpu_limit} --attempts {CAMPAIGN.attempts} --memory-limit {CAMPAIGN.memory_limit}"


localrules:
    write_config,
    make_certificate,


rule write_config:
    """Write the config that all commands read: one file, checked."""
    output:
        "results/{campaign}/config.json",
    log:
        "results/{campaign}/logs/write_config.log",
    conda:
        "../environment.yml"
    params:
        config=lambda wildcards: json.dumps(config, indent=2),  # a function, so that braces in it stay as they are
    shell:
        r"""
        exec 2> >(tee {log:q} >&2)
        printf '%s\n' {params.config:q} >{output:q}.unfinished
        mv {output:q}.unfinished {output:q}
        """


rule make_certificate:
    """Make the test server's certificate, and the bundle by which clients verify it."""
    input:
        script=ancient("scripts/make_certificate.py"),
    output:
        server="results/{campaign}/certificate/server.pem",
        bundle="results/{campaign}/certificate/bundle.pem",
    log:
        "results/{campaign}/logs/make_certificate.log",
    conda:
        "../environment.yml"
    shell:
        r"""
        exec 2> >(tee {log:q} >&2)
        python {input.script:q} {output.server:q} {output.bundle:q}
        """


rule measure_run:
    """Measure one configuration in one block, alone and after the block before. The priority keeps the drawn order."""
    input:
        block_before=ancient(
            lambda wildcards: GRAPH.block_before(f"runs/{wildcards.run}", GRAPH.runs[wildcards.run].block)
        ),
        certificate=ancient("results/{campaign}/certificate/server.pem"),  # the bundle is beside it
    output:
        "results/{campaign}/runs/{run}.json",
    log:
        "results/{campaign}/logs/runs/{run}.log",
    priority: lambda wildcards: -GRAPH.place(wildcards.run)
    conda:
        "../environment.yml"
    threads: ALONE
    resources:
        limits=f"--timeout {CAMPAIGN.timeout_s} {LIMITS}",
        own_file=lambda wildcards: GRAPH.own_file(GRAPH.runs[wildcards.run]),
    params:
        spec=lambda wildcards: spec(CAMPAIGN, GRAPH.runs[wildcards.run]).to_json(),
    shell:
        r"""
        exec python scripts/measure_run.py \
            --spec {params.spec:q} \
            {resources.limits} \
            --certificates results/{wildcards.campaign}/certificate \
            --own-file {resources.own_file:q} \
            --record {output:q} \
            --log {log:q}
        """


rule measure_probe:
    """Measure one micro-benchmark in one block, before the block's runs."""
    input:
        block_before=ancient(
            lambda wildcards: GRAPH.block_before(f"probes/{wildcards.probe}", GRAPH.probes[wildcards.probe].block)
        ),
    output:
        "results/{campaign}/probes/{probe}.json",
    log:
        "results/{campaign}/logs/probes/{probe}.log",
    priority: 1
    conda:
        "../environment.yml"
    threads: ALONE
    resources:
        limits=LIMITS,
    params:
        probe=lambda wildcards: json.dumps(asdict(GRAPH.probes[wildcards.probe])),
    shell:
        r"""
        exec 2> >(tee {log:q} >&2)
        python scripts/measure_probe.py \
            --probe {params.probe:q} \
            {resources.limits} \
            --record {output:q}
        """


# Measure blocks here, or each as one job on a node of a cluster.
if hands_out():

    include: "measure_blocks_on_nodes.smk"

else:

    include: "measure_blocks_here.smk"


# Measure blocks until everything is decided.
if CAMPAIGN.looks:

    include: "look.smk"
