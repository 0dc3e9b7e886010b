"""Make a throw-away certificate for the test server's HTTPS sites, and the bundle by which clients verify it."""

from __future__ import annotations

import os
from pathlib import Path

import certifi
import trustme


def make(server: Path, bundle: Path) -> None:
    """Write two PEM files.

    Args:
        server: Gets the server's private key and certificate; only the user can read it.
        bundle: Gets certifi's certificates and that of the throw-away authority.
    """
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    with os.fdopen(os.open(server, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(certificate.private_key_and_cert_chain_pem.bytes())
    bundle.write_bytes(Path(certifi.where()).read_bytes() + authority.cert_pem.bytes())
