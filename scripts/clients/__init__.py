"""Wrap one HTTP client per file for the ``download`` workload; ``client`` in the config names the file.

A client is a module, imported before the clock starts. It must have:

- ``open(**options)``: return a context manager for a session. Each parameter has a default. A contender in the config sets
  it by its name;
- ``get(session, url) -> body``: return the body. Call ``require_success`` first, which raises unless the response is one;
- ``NEEDS``: ``"do"`` if both are plain functions, for blocking models; ``"do_async"`` if they are asynchronous, for models
  with an event loop.

It may have ``LOOPS``, the event loops that it works on. The default is asyncio alone.

Describe the options in the module's docstring, under ``Options:``, one ``name: meaning`` a line.
"""
