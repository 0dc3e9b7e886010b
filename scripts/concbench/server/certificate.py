"""Make a throw-away certificate for the test server's HTTPS sites, and the bundle by which clients verify it."""

from __future__ import annotations

import os
from pathlib import Path

import certifi
import trustme

from concbench.common.atomic import written


def make(server: Path, bundle: Path) -> None:
    """Write two PEM files.

    Args:
        server: Gets the server's private key and certificate; only the user can read it.
        bundle: Gets certifi's certificates and that of the throw-away authority.
    """
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    write(server, certificate.private_key_and_cert_chain_pem.bytes(), 0o600)
    write(bundle, Path(certifi.where()).read_bytes() + authority.cert_pem.bytes(), 0o644)


def write(path: Path, content: bytes, mode: int) -> None:
    """Write a file that only its owner can change, completely or not at all. Raise CannotWrite if that fails."""
    with written(path, "b") as file:
        os.fchmod(file.fileno(), mode)
        file.write(content)
