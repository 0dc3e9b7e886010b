"""Make a throw-away certificate for the test server's HTTPS sites, and the bundle by which clients verify it."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
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
    write(server, certificate.private_key_and_cert_chain_pem.bytes(), 0o600)
    write(bundle, Path(certifi.where()).read_bytes() + authority.cert_pem.bytes(), 0o644)


def write(path: Path, content: bytes, mode: int) -> None:
    """Write a file that only its owner can change, completely or not at all. Exit with a message if that fails."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.unlink(missing_ok=True)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
        unfinished.replace(path)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        sys.exit(f"{path}: cannot write this file ({error.strerror}). Fix that, then repeat the command.")
