"""Read a config, check it, and plan it: which runs there are, in which order, and under which fingerprint.

Plug-ins are read here and never imported, since the pipeline's Python need not have their packages.
"""
