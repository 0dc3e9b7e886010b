"""What a client of its own costs each thread: a requests.Session, and a TLS context with the bundle that it trusts.

requests makes such a context for the first connection of a session to a site over HTTPS.
"""

from __future__ import annotations

import ssl

from concbench.measured.api import Metric, median_seconds, skipped

REPETITIONS = 15


def measure() -> list[Metric]:
    try:
        import certifi
        import requests
    except ImportError as error:
        return [skipped(metric, "s", str(error)) for metric in ("session_s", "tls_context_s")]
    bundle = certifi.where()
    return [
        Metric("session_s", median_seconds(lambda: requests.Session().close(), REPETITIONS), "s"),
        Metric("tls_context_s", median_seconds(lambda: ssl.create_default_context(cafile=bundle), REPETITIONS), "s"),
    ]
