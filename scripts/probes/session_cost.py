"""Time what each thread pays for a client of its own: a ``requests.Session``, and the TLS context of its first connection.

Metrics:
    session_s: Time to create and close a ``requests.Session`` (s).
    tls_context_s: Time to create a TLS context with certifi's certificates (s).
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
