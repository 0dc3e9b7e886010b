"""Name the environment variables by which the processes of a pipeline pass information on."""

from __future__ import annotations

PROFILE_VARIABLE = "SNAKEMAKE_PROFILE"  # Snakemake's own: the folder of a profile
USER_VARIABLE = "LOGNAME"  # the user's name, as getpass has it

PIPELINE_VARIABLE = "MEASURING_PIPELINE"  # the pipeline's process number
INVOCATION_VARIABLE = "MEASURING_INVOCATION"  # the name of the invocation, which every record contains
USUAL_VARIABLE = "MEASURING_TMPDIR"  # the user's folder for temporary files
HAND_OUT_VARIABLE = "MEASURING_HAND_OUT"  # set by a profile that sends blocks to the nodes of a cluster
BLOCK_VARIABLE = "MEASURING_BLOCK"  # the block that a node measures
