"""Make a throw-away certificate for the test server's HTTPS sites, and the bundle by which clients verify it."""

from __future__ import annotations

import argparse
from pathlib import Path

from concbench.server.certificate import make


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("server", type=Path, help="file to write the server's private key and certificate to")
    parser.add_argument("bundle", type=Path, help="file to write certifi's certificates and the throw-away one to")
    arguments = parser.parse_args()
    make(arguments.server, arguments.bundle)


if __name__ == "__main__":
    main()
