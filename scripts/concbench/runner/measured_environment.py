"""Make the environment variables of a measured process: the user's, without those that would change a measurement."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

PROXIES = ("http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy")
THREAD_COUNTS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
CERTIFICATES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")  # read by aiohttp and httpx; read by requests and niquests
CHANGE_CLIENTS = ("SSL_CERT_DIR", "CURL_CA_BUNDLE", "SSLKEYLOGFILE")
CHANGE_PYTHON = (
    "PYTHONPATH",
    "PYTHONHOME",
    "PYTHONASYNCIODEBUG",
    "PYTHONDEVMODE",
    "PYTHONTRACEMALLOC",
    "PYTHONPROFILEIMPORTTIME",
)


def measured_environment(variables: Mapping[str, str], bundle: Path | None) -> dict[str, str]:
    """Return the variables for a measured process.

    Args:
        variables: The user's environment variables.
        bundle: The certificates that clients trust; None leaves each client its default.
    """
    cleared = {*PROXIES, *CERTIFICATES, *CHANGE_CLIENTS, *CHANGE_PYTHON}
    kept = {name: value for name, value in variables.items() if name not in cleared and name.lower() not in PROXIES}
    kept.update(dict.fromkeys(THREAD_COUNTS, "1"))
    kept["NETRC"] = "/nonexistent/netrc"
    if bundle:
        kept.update(dict.fromkeys(CERTIFICATES, str(bundle.resolve())))
    return kept
