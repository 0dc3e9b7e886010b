"""Define the work: one file for each workload.

A workload is a module with a dataclass ``Workload``, whose fields are its options. The class has:

- ``items(size, seed)``: return a list of ``size`` items, the same for the same seed. Items must be picklable;
- ``open()``: return a context manager for the resource of one worker, such as an HTTP session;
- ``do(resource, item)``: do one item and return its result. A model may call it from many threads;
- ``check(items, results)``: raise ``WrongResult`` if the number of results or a result is wrong.

For models with an event loop it also has ``open_async()`` and ``do_async(resource, item)``. If a worker needs no resource,
derive the class from ``NoResource``, which has ``open()`` and ``open_async()``. The class may have:

- ``bytes_received(results)``: return the number of bytes that all results took from a server;
- ``function``: do an item without its resource, for items too short to be timed one by one;
- ``check_loop(size)``: raise ``WrongResult`` if items, of which there were ``size``, leave tasks of asyncio running;
- ``repeated_s``: the seconds of each item that ``check`` has done again, from which the length of such items is estimated.

The workload ``own`` runs a file of the user's. A workload that talks to a server has a field ``sites``, which the runner
fills in from ``servers`` in the config.

Describe the options in the module's docstring, under ``Options:``, one ``name: meaning`` a line.
"""
