"""The environment variables by which the processes of a pipeline speak to each other."""

from __future__ import annotations

PIPELINE_VARIABLE = "MEASURING_PIPELINE"  # environment variable by which Snakemake says which process it is

PROFILE_VARIABLE = "SNAKEMAKE_PROFILE"

HAND_OUT_VARIABLE = "MEASURING_HAND_OUT"  # environment variable by which a profile says that blocks go to nodes of a cluster
BLOCK_VARIABLE = "MEASURING_BLOCK"  # the one by which the pipeline on a node knows its block

STARTED_VARIABLE = "MEASURING_SINCE"  # environment variable: when the first run began; not set where nobody watches
INVOCATION_VARIABLE = "MEASURING_INVOCATION"  # environment variable by which Snakemake tells a run its invocation
USUAL_VARIABLE = "MEASURING_TMPDIR"  # environment variable that says to runs where temporary files usually are
