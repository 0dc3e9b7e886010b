# REQUIRED INPUTS: the records of runs and micro-benchmarks.
# OUTPUTS: results/<campaign>/*.csv; docs/reference/results.md lists every column.

from concbench.campaign.fingerprints import digest


localrules:
    collect_runs,
    collect_items,
    collect_probes,
    summarize_runs,
    compare_contenders,
    compare_interpreters,
    compare_nodes,
    fit_scaling,
    find_warnings,
    judge_claims,


rule collect_runs:
    """Collect the runs: a row for each planned run."""
    input:
        **step("collect_runs"),
        records=records_of("runs"),
    output:
        table("runs"),
    log:
        "results/{campaign}/logs/collect_runs.log",
    conda:
        "../environment.yml"
    params:
        paths=digest(path.encode() for path in sorted(GRAPH.runs)),  # notices a record that comes back after an edit
    shell:
        MAKE


rule collect_probes:
    """Collect the micro-benchmarks: a row for each metric in each block."""
    input:
        **step("collect_probes"),
        records=records_of("probes"),
    output:
        table("probes"),
    log:
        "results/{campaign}/logs/collect_probes.log",
    conda:
        "../environment.yml"
    params:
        paths=digest(path.encode() for path in GRAPH.probes),
    shell:
        MAKE


rule summarize_runs:
    """Summarize each configuration: median with its confidence interval, best of N, spread and lower bound."""
    input:
        **step("summarize_runs", tables=["runs", "probes"]),
    output:
        table("summary"),
    log:
        "results/{campaign}/logs/summarize_runs.log",
    conda:
        "../environment.yml"
    shell:
        MAKE


# The rules below differ from summarize_runs only in command and tables.
use rule summarize_runs as collect_items with:
    input:
        **step("collect_items", tables=["runs"]),
    output:
        table("items"),
    log:
        "results/{campaign}/logs/collect_items.log",


use rule summarize_runs as compare_contenders with:
    input:
        **step("compare_contenders", tables=["runs", "summary"]),
    output:
        table("comparisons"),
    log:
        "results/{campaign}/logs/compare_contenders.log",


use rule summarize_runs as compare_interpreters with:
    input:
        **step("compare_interpreters", tables=["runs", "summary"]),
    output:
        table("interpreters"),
    log:
        "results/{campaign}/logs/compare_interpreters.log",


use rule summarize_runs as compare_nodes with:
    input:
        **step("compare_nodes", tables=["runs", "probes"]),
    output:
        table("nodes"),
    log:
        "results/{campaign}/logs/compare_nodes.log",


use rule summarize_runs as fit_scaling with:
    input:
        **step("fit_scaling", tables=["runs", "summary", "comparisons"]),
    output:
        table("scaling"),
    log:
        "results/{campaign}/logs/fit_scaling.log",


use rule summarize_runs as find_warnings with:
    input:
        **step("find_warnings", tables=["runs", "summary", "comparisons", "interpreters", "scaling", "probes", "items"]),
    output:
        table("warnings"),
    log:
        "results/{campaign}/logs/find_warnings.log",


use rule summarize_runs as judge_claims with:
    input:
        **step("judge_claims", tables=["runs", "probes"], claims=lambda wildcards: CAMPAIGN.claims or []),
    output:
        table("claims"),
    log:
        "results/{campaign}/logs/judge_claims.log",
