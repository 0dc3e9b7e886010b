"""Query PostgreSQL: add up the orders of some customers by product.

Threads have a connection each, from psycopg; asyncio has a pool of connections, from asyncpg. The database computes on this
machine's CPUs while Python waits, so expect few connections to be enough: about as many as CPUs. Start it as:

    python3 examples/with_server.py postgres make own FILE=examples/postgres_rows.py PYTHON=.venv-examples/bin/python
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import asyncpg
import psycopg

CUSTOMERS = 1000
ADDRESS = Path(__file__).with_name("postgres.address")  # examples/with_server.py writes it
QUERY = """
SELECT product, count(*), sum(cents)::bigint FROM orders
WHERE customer BETWEEN {0}::int AND {0}::int + 29 GROUP BY product ORDER BY product
"""

Rows = list[tuple[int, int, int]]


def items(size: int, seed: int) -> list[int]:
    """Return ``size`` numbers of customers, at random from the seed."""
    random = Random(seed)
    return [random.randrange(CUSTOMERS - 30) for _ in range(size)]


def open() -> psycopg.Connection:
    """Open a worker's connection."""
    return psycopg.connect(host=ADDRESS.read_text(encoding="utf-8"), user="postgres", autocommit=True)


def do(customer: int, connection: psycopg.Connection) -> Rows:
    """Return product, number of orders and sum in cents, for 30 customers from this one on."""
    return connection.execute(QUERY.format("%(customer)s"), {"customer": customer}).fetchall()


def open_async() -> asyncpg.Pool:
    """Open the connections of an event loop; a query waits while all are busy."""
    return asyncpg.create_pool(host=ADDRESS.read_text(encoding="utf-8"), user="postgres", min_size=1, max_size=8)


async def do_async(customer: int, pool: asyncpg.Pool) -> Rows:
    """Return product, number of orders and sum in cents, for 30 customers from this one on."""
    return [tuple(row) for row in await pool.fetch(QUERY.format("$1"), customer)]
