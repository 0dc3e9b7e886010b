# REQUIRED INPUTS: the tables and figures.
# OUTPUTS: results/<campaign>/report.html, article.md, conclusion.txt and, of a campaign with claims, claims.md;
#          traces/<configuration>.json.gz, to which the report links


localrules:
    write_article,
    write_conclusion,
    write_claims_page,
    write_traces,
    write_report,


use rule summarize_runs as write_article with:
    input:
        **step("write_article", tables=["runs", "summary", "comparisons"]),
    output:
        "results/{campaign}/article.md",
    log:
        "results/{campaign}/logs/write_article.log",


use rule summarize_runs as write_conclusion with:
    input:
        **step("write_conclusion", tables=["runs", "summary", "comparisons", "interpreters", "warnings"]),
    output:
        "results/{campaign}/conclusion.txt",
    log:
        "results/{campaign}/logs/write_conclusion.log",


use rule summarize_runs as write_claims_page with:
    input:
        **step("write_claims_page", tables=["claims", "comparisons"]),
    output:
        "results/{campaign}/claims.md",
    log:
        "results/{campaign}/logs/write_claims_page.log",


use rule summarize_runs as write_traces with:
    input:
        **step("write_traces", tables=["runs", "summary", "items"]),
    output:
        directory("results/{campaign}/traces"),
    log:
        "results/{campaign}/logs/write_traces.log",


rule write_report:
    """Write the report: one page with everything, which needs no network."""
    input:
        **step("write_report", figures=GRAPH.figures, traces=GRAPH.traces) | {"tables": GRAPH.tables},
    output:
        report(
            "results/{campaign}/report.html",
            caption="../docs/captions/report.rst",
            category="Report",
            labels={"campaign": "{campaign}"},
        ),
    log:
        "results/{campaign}/logs/write_report.log",
    conda:
        "../environment.yml"
    shell:
        r"""
        exec 2> >(tee {log:q} >&2)
        python {input.script:q} \
            --config {input.config:q} \
            --tables {input.tables:q} \
            --figures {input.figures:q} \
            --output {output:q}
        """
