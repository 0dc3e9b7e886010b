# What the other rules files share. Functions are here and rules elsewhere, as `snakemake --lint` asks.

from concbench.campaign.sources import imported_by

# More threads than there are, so that nothing else the pipeline does runs beside a measurement.
ALONE = 1024


def step(command, tables=(), **more):
    """The inputs of one command of scripts/: its file and every file it imports, the config, and tables by name."""
    script = f"scripts/{command}.py"
    return {
        "script": script,
        "code": [path for path in imported_by(script) if path != script],
        "config": "results/{campaign}/config.json",
        "tables": [f"results/{{campaign}}/{table}.csv" for table in tables],
        **more,
    }


def table(name):
    """A table of the campaign, listed in Snakemake's own report too."""
    return report(
        f"results/{{campaign}}/{name}.csv",
        caption="../docs/captions/table.rst",
        category="Tables",
        labels={"table": name},
    )


def drawn(*figures):
    """The inputs that some figures have besides those of every figure."""
    code = imported_by("scripts/draw_figures.py", *(f"scripts/figures/{figure}.py" for figure in figures))
    return {"code": code, "tables": GRAPH.tables_of(*figures)}


def shown(path, experiment, figure):
    """A figure, listed in Snakemake's own report too."""
    return report(
        path,
        caption="../docs/captions/figure.rst",
        category="Figures",
        subcategory=experiment,
        labels={"experiment": experiment, "figure": figure},
    )


# How a command of scripts/ makes one file. Its errors go to the log and to the terminal.
MAKE = r"""
    exec 2> >(tee {log:q} >&2)
    python {input.script:q} \
        --config {input.config:q} \
        --tables {input.tables:q} \
        --output {output:q}
"""
