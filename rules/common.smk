# Functions for the other rules files, in a file without rules, as `snakemake --lint` demands.

from concbench.campaign.sources import imported_by

# More threads than any machine has, so that nothing else in the pipeline runs during a measurement.
ALONE = 1024


def step(command, tables=(), **more):
    """Return the inputs of a command in scripts/: its file, every file it imports, the config, and tables by name."""
    script = f"scripts/{command}.py"
    return {
        "script": script,
        "code": [path for path in imported_by(script) if path != script],
        "config": "results/{campaign}/config.json",
        "tables": [f"results/{{campaign}}/{table}.csv" for table in tables],
        **more,
    }


def table(name):
    """Return a table of the campaign, which Snakemake's own report lists, too."""
    return report(
        f"results/{{campaign}}/{name}.csv",
        caption="../docs/captions/table.rst",
        category="Tables",
        labels={"table": name},
    )


def records_of(kind):
    """Return the records of runs or micro-benchmarks: all or, if the campaign has looks, those that are known after the last.

    Until that look is taken, Snakemake waits for the next one and then asks again.
    """

    def known_so_far(wildcards):
        look = GRAPH.planned.look
        if look:
            checkpoints.take_look.get(campaign=CAMPAIGN.name, look=look)
        return GRAPH.sources_of_table(kind)

    return known_so_far if CAMPAIGN.looks else GRAPH.sources_of_table(kind)


def drawn(*figures):
    """Return the inputs of some figures: their code and tables."""
    code = imported_by("scripts/draw_figures.py", *(f"scripts/figures/{figure}.py" for figure in figures))
    return {"code": code, "tables": GRAPH.tables_of(*figures)}


def shown(path, experiment, figure):
    """Return a figure, which Snakemake's own report lists, too."""
    return report(
        path,
        caption="../docs/captions/figure.rst",
        category="Figures",
        subcategory=experiment,
        labels={"experiment": experiment, "figure": figure},
    )


# Run a command in scripts/ that makes one file. Its errors go to the log and the terminal.
MAKE = r"""
    exec 2> >(tee {log:q} >&2)
    python {input.script:q} \
        --config {input.config:q} \
        --tables {input.tables:q} \
        --output {output:q}
"""
