"""Run the items of a workload concurrently: one file for each concurrency model.

A model is a module. It must have:

- ``run(workload, items, workers, **options) -> results``: return the results in the order of the items. Each option is a
  keyword-only parameter with a default. A contender in the config sets it by its name.
- ``NEEDS``: the method of the workload that it calls, ``"do"`` or ``"do_async"``.

It may have:

- ``SINGLE_WORKER = True`` if the number of workers has no effect;
- ``DEFAULT_WORKERS``: ``"threads"`` or ``"processes"`` if it uses a pool of the standard library, which has a default size;
- ``prepare(**options)`` if an option needs another import. It is called before the clock starts. An ``ImportError`` means
  that this Python can't run the model: the run is skipped, and the error's text is the reason;
- ``LOOP = "trio"`` if the event loop is not asyncio's;
- ``CLIENT``: the HTTP client to use unless the config names another;
- ``INTERLEAVES = True`` if items take turns on one thread, so that the CPU time of one item can't be measured;
- ``START_METHOD``: how it starts processes, if in a way of its own; ``"default"`` if items don't run in them by themselves, but
  multiprocessing starts them;
- ``ITEMS_RUN_IN = "process"`` or ``"task"``. The default is ``"task"`` for ``"do_async"`` and ``"thread"`` for ``"do"``.

Describe the options in the module's docstring, under ``Options:``, one ``name: meaning`` a line.
"""
