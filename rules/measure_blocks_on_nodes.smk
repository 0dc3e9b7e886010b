# REQUIRED INPUTS: the config.
# OUTPUTS: results/<campaign>/blocks/<block>-<digest>.measured, and with it the block's records.

from concbench.workflow.slurm_patch import patch_slurm_plugin

patch_slurm_plugin()


envvars:
    "MEASURING_HAND_OUT",


rule measure_block:
    """Measure a block as one job, alone on its node. The job runs the pipeline for that block."""
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
        "../environment.yml"
    resources:
        runtime=lambda wildcards, attempt: attempt * INVOCATION.block_minutes(int(wildcards.block)),
    shell:
        r"""
        exec 2> >(tee {log:q} >&2)
        python scripts/measure_block.py \
            --config {input.config:q} \
            --block {wildcards.block} \
            --marker {output:q}
        """
