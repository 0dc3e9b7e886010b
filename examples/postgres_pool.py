"""Query PostgreSQL through a pool of connections that all threads share, as a web application does.

A thread takes a connection for each query and gives it back; more threads than connections wait for one. The database computes
on this machine's CPUs while Python waits, so expect few threads to be enough: about as many as CPUs. Start it as:

    python3 examples/with_server.py postgres make own FILE=examples/postgres_pool.py PYTHON=.venv-examples/bin/python
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from psycopg_pool import ConnectionPool

ORDERS = 200_000
ADDRESS = Path(__file__).with_name("postgres.address")  # examples/with_server.py writes it
QUERY = "SELECT customer, product, cents FROM orders WHERE number BETWEEN %(first)s AND %(first)s + 99 ORDER BY number"


def items(size: int, seed: int) -> list[int]:
    """Return ``size`` numbers of orders, at random from the seed."""
    random = Random(seed)
    return [random.randrange(ORDERS - 100) for _ in range(size)]


def open_shared() -> ConnectionPool:
    """Open the pool of a process: one connection at first, and up to eight as they are needed."""
    address = {"host": ADDRESS.read_text(encoding="utf-8"), "user": "postgres", "autocommit": True}
    return ConnectionPool(kwargs=address, min_size=1, max_size=8, open=False)  # `with` opens it


def do(first: int, pool: ConnectionPool) -> list[tuple[int, int, int]]:
    """Return customer, product and cents of 100 orders from this one on."""
    with pool.connection() as connection:
        return connection.execute(QUERY, {"first": first}).fetchall()
