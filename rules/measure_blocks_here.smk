# REQUIRED INPUTS: the records of a block.
# OUTPUTS: results/<campaign>/blocks/<block>-<digest>.measured


localrules:
    mark_block,


rule mark_block:
    """Mark a block as measured; the next block waits for it."""
    input:
        ancient(lambda wildcards: GRAPH.records_of(int(wildcards.block))),
    output:
        "results/{campaign}/blocks/{block}-{digest}.measured",
    log:
        "results/{campaign}/logs/blocks/{block}-{digest}.log",
    conda:
        "../environment.yml"
    shell:
        "touch {output:q} 2> {log:q}"
