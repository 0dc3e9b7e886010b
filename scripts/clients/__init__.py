"""One file per HTTP client that the ``download`` workload can use: ``client:`` in the config names it.

A client is a module with ``open()``, a context manager for a session, and ``get(session, url) -> body``, which raises
unless the answer is a success; ``open`` and ``get`` are a plain pair for blocking models (``NEEDS = "do"``), an
asynchronous pair for models with an event loop (``NEEDS = "do_async"``, and ``LOOPS`` where it works on others than
asyncio). It is imported before the clock starts.
"""
