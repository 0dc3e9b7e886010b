# REQUIRED INPUTS: the tables.
# OUTPUTS: results/<campaign>/figures/*.png and *.svg
#
# Each figure is a file in scripts/figures/, which names its tables (TABLES) and what there is one figure for (SCOPE).

EVERY_EXPERIMENT = figures_for(Scope.EXPERIMENT)


localrules:
    draw_figures,
    draw_figure,
    draw_campaign_figure,


rule draw_figures:
    """Draw the figures that every experiment has, in one process, because imports take most of the time."""
    input:
        **drawn(*EVERY_EXPERIMENT),
        config="results/{campaign}/config.json",
    output:
        [
            shown(f"results/{{campaign}}/figures/{figure}-{{experiment}}.png", "{experiment}", figure)
            for figure in EVERY_EXPERIMENT
        ],
        expand("results/{{campaign}}/figures/{figure}-{{experiment}}.svg", figure=EVERY_EXPERIMENT),
    log:
        "results/{campaign}/logs/figures/{experiment}.log",
    conda:
        "../environment.yml"
    params:
        figures=EVERY_EXPERIMENT,
    shell:
        r"""
        exec 2> >(tee {log:q} >&2)
        python scripts/draw_figures.py {params.figures:q} \
            --config {input.config:q} \
            --experiment {wildcards.experiment:q} \
            --tables {input.tables:q} \
            --output {output:q}
        """


rule draw_figure:
    """Draw a figure that only some experiments have, such as worker sweeps."""
    input:
        unpack(lambda wildcards: drawn(wildcards.figure)),
        config="results/{campaign}/config.json",
    output:
        png=shown("results/{campaign}/figures/{figure}-{experiment}.png", "{experiment}", "{figure}"),
        svg="results/{campaign}/figures/{figure}-{experiment}.svg",
    log:
        "results/{campaign}/logs/figures/{figure}-{experiment}.log",
    wildcard_constraints:
        figure="|".join(figures_for(Scope.WORKER_SWEEP, Scope.CPU_SWEEP)),
    conda:
        "../environment.yml"
    shell:
        r"""
        exec 2> >(tee {log:q} >&2)
        python scripts/draw_figures.py {wildcards.figure:q} \
            --config {input.config:q} \
            --experiment {wildcards.experiment:q} \
            --tables {input.tables:q} \
            --output {output:q}
        """


rule draw_campaign_figure:
    """Draw a figure of the whole campaign."""
    input:
        unpack(lambda wildcards: drawn(wildcards.figure)),
        config="results/{campaign}/config.json",
    output:
        png=shown("results/{campaign}/figures/{figure}.png", "the whole campaign", "{figure}"),
        svg="results/{campaign}/figures/{figure}.svg",
    log:
        "results/{campaign}/logs/figures/{figure}.log",
    wildcard_constraints:
        figure="|".join(figures_for(Scope.CAMPAIGN, Scope.CLAIMS, Scope.INTERPRETERS, Scope.MIXED_WORK)),
    conda:
        "../environment.yml"
    shell:
        r"""
        exec 2> >(tee {log:q} >&2)
        python scripts/draw_figures.py {wildcards.figure:q} \
            --config {input.config:q} \
            --tables {input.tables:q} \
            --output {output:q}
        """
