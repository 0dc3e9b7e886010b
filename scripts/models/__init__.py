"""One file per concurrency model: how a workload's items are run, and nothing else.

A model is a module with

- ``run(workload, items, workers, **options) -> results``, the results in the order of the items; an option is a
  keyword-only parameter with a default, and a key of the contender in the config;
- ``NEEDS``, the method of a workload that it calls: ``"do"`` or ``"do_async"``;
- ``SINGLE_WORKER = True`` where the number of workers means nothing to it;
- ``prepare(**options)``, where an option needs more than the module imports: called before the clock starts; an
  ``ImportError`` means that this Python can't run it, and the run is skipped with its text as the reason;
- ``LOOP = "trio"`` where the event loop isn't asyncio's, and ``CLIENT``, the HTTP client to use unless the config names one;
- ``INTERLEAVES = True`` where items take turns on one thread in a way that hides whose CPU time it is;
- ``ITEMS_RUN_IN = "process"`` where items are done by processes: the default is a thread, or with an event loop a task.
"""
