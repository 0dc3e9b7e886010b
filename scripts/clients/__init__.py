"""One file per HTTP client that the ``download`` workload can use: ``client:`` in the config names it.

A client is a module, imported before the clock starts, with

- ``open(**options)``, a context manager for a session; a parameter with a default is a key of the contender;
- ``get(session, url) -> body``, which raises unless the response is a success;
- ``NEEDS``: ``"do"`` where the two are plain functions, for blocking models; ``"do_async"`` where they are asynchronous, for
  models with an event loop;
- ``LOOPS``, the event loops that it works on, where asyncio isn't the only one.
"""
