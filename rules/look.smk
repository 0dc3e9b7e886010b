# REQUIRED INPUTS: the records of the blocks before a look.
# OUTPUTS: results/<campaign>/looks/<blocks>-<digest>.json


localrules:
    take_look,


checkpoint take_look:
    """Look at the results, and decide what the blocks up to the next look measure. More blocks are then planned."""
    input:
        lambda wildcards: GRAPH.sources_of_look(wildcards.look),
        config="results/{campaign}/config.json",
    output:
        "results/{campaign}/looks/{look}.json",
    log:
        "results/{campaign}/logs/looks/{look}.log",
    conda:
        "../environment.yml"
    shell:
        r"""
        exec 2> >(tee {log:q} >&2)
        python scripts/take_look.py --config {input.config:q} --output {output:q}
        """
