"""Query SQLite: add up the orders of some customers by product. Each worker has a connection of its own.

SQLite searches in C and releases the GIL meanwhile, so expect threads to use all CPUs.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from random import Random

DATABASE = Path(tempfile.gettempdir(), f"orders-{os.getuid()}.sqlite")
CUSTOMERS, ORDERS = 1000, 50_000
QUERY = """
SELECT product, count(*), sum(cents) FROM orders
WHERE customer BETWEEN ? AND ? + 99 GROUP BY product ORDER BY product
"""


def items(size: int, seed: int) -> list[int]:
    """Return ``size`` numbers of customers, at random from the seed; write the database if there is none."""
    if not DATABASE.exists():
        write_database()
    random = Random(seed)
    return [random.randrange(CUSTOMERS - 100) for _ in range(size)]


def write_database() -> None:
    """Write 50,000 orders to a new database; it gets its name when it is complete."""
    incomplete = DATABASE.with_suffix(f".{os.getpid()}")
    with closing(sqlite3.connect(incomplete)) as database, database:
        database.execute("CREATE TABLE orders (customer INTEGER, product INTEGER, cents INTEGER)")
        orders = ((number % CUSTOMERS, number * 7919 % 23, number * 104_729 % 9973) for number in range(ORDERS))
        database.executemany("INSERT INTO orders VALUES (?, ?, ?)", orders)
        database.execute("CREATE INDEX by_customer ON orders (customer)")
    incomplete.replace(DATABASE)


def open() -> closing[sqlite3.Connection]:
    """Open a worker's connection."""
    return closing(sqlite3.connect(DATABASE, check_same_thread=False))  # another thread than the worker's may close it


def do(customer: int, connection: sqlite3.Connection) -> list[tuple[int, int, int]]:
    """Return product, number of orders and sum in cents, for 100 customers from this one on."""
    return connection.execute(QUERY, (customer, customer)).fetchall()
