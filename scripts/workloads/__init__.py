"""One file per workload: what an item is, how one is done, how the results are checked.

A workload is a module with a class ``Workload``, a dataclass whose fields are its options, with

- ``items(size, seed)``, the list of items, which must be picklable;
- ``open()``, a context manager for the resource of one worker, such as an HTTP session, or nothing;
- ``do(resource, item)``, which does one item; a model may call it from many threads, each with its own resource;
- ``open_async()`` and ``do_async(resource, item)``, the same for models that use an event loop, where it has them;
- ``check(items, results)``, which raises ``WrongResult`` when count or content is wrong.

``own`` does the user's own work, from a file that the config names.

A workload that talks to a server has a field ``sites``, which the runner fills in from the config's ``servers``.
"""
