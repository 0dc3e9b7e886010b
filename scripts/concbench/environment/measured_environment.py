"""Choose the environment variables of what is measured: few, and the same whoever starts the pipeline.

A measured process gets the user's variables that programs need to find files and to choose a language. It gets none that
could change a measurement, such as ``PYTHONMALLOC``, ``MALLOC_ARENA_MAX``, ``LD_PRELOAD`` or ``JOBLIB_MULTIPROCESSING``. There
are too many of these to list, so this lists what is passed on, as pyperf does. A config sets what else work needs, before an
interpreter's command. Numeric libraries have one thread, but in work of the user's own as many as in the user's own programs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

PASSED = (
    "HOME", "LOGNAME", "USER", "SHELL", "PATH", "TMPDIR", "TEMP", "TMP", "TERM", "TZ", "LANG", "LANGUAGE",
    "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "SLURM_JOB_ID",
)  # fmt: skip
LOCALE = "LC_"  # variables whose names begin so are passed on, too
# Passed on and recorded, since they may change a measurement: the libraries that an interpreter may need to start, and
# whether and where compiled modules are cached.
RECORDED = ("LD_LIBRARY_PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")
THREAD_COUNTS = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "BLIS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS", "NUMBA_NUM_THREADS", "POLARS_MAX_THREADS", "RAYON_NUM_THREADS",
)  # fmt: skip
ONE_THREAD = 1  # so that a numeric library adds no threads of its own
CERTIFICATES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")  # read by aiohttp and httpx; read by requests and niquests

# Names, or the beginnings of names, of variables that change how programs are loaded and get memory.
LOADER = ("LD_PRELOAD", "LD_AUDIT", "LD_BIND_NOW", "LD_DEBUG", "LD_PROFILE", "GLIBC_TUNABLES", "MALLOC_")
HARMLESS = (
    "PYTHONPATH", "PYTHONHOME", "PYTHONPLATLIBDIR", "PYTHONUSERBASE", "PYTHONNOUSERSITE", "PYTHONPYCACHEPREFIX",
    "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHONUTF8", "PYTHONIOENCODING", "PYTHONCOERCECLOCALE", "PYTHONHASHSEED",
    "PYTHONWARNINGS", "PYTHONSAFEPATH", "PYTHONSTARTUP",
)  # fmt: skip


def measured_environment(variables: Mapping[str, str], bundle: Path | None, threads: int | None = ONE_THREAD) -> dict[str, str]:
    """Return the variables for a measured process.

    Args:
        variables: The user's environment variables.
        bundle: The certificates that clients trust; None leaves each client its default.
        threads: How many threads numeric libraries may start; None leaves this as the user has it.
    """
    kept = {name: value for name, value in variables.items() if is_passed(name) or name in THREAD_COUNTS}
    if threads is not None:
        kept.update(dict.fromkeys(THREAD_COUNTS, str(threads)))
    kept["NETRC"] = "/nonexistent/netrc"
    if bundle:
        kept.update(dict.fromkeys(CERTIFICATES, str(bundle.resolve())))
    return kept


def is_passed(name: str) -> bool:
    """Check whether measured processes get this variable of the user."""
    return name in PASSED or name in RECORDED or name.startswith(LOCALE)


def recorded(variables: Mapping[str, str], own_work: bool) -> dict[str, str]:
    """Return the variables that measured processes get and that may change a measurement.

    ``own_work`` says whether some of them do work of the user's own, which gets the user's numbers of threads.
    """
    names = (*RECORDED, *THREAD_COUNTS) if own_work else RECORDED
    return {name: variables[name] for name in names if name in variables}


def withheld(reason: str, variables: Iterable[str]) -> list[str]:
    """Return the variables that measured processes don't get and that the reason of a failure names in quotes."""
    return [name for name in variables if not is_passed(name) and f"'{name}'" in reason]


def undisturbed(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables for the runner: the user's, except those that change how fast its Python runs."""
    return {
        name: value
        for name, value in variables.items()
        if not name.startswith(LOADER) and (name in HARMLESS or not name.startswith("PYTHON"))
    }
