"""Each measurement in a process of its own.

What one engine, or an earlier measurement, left in memory (caches of analysed words, opened
columns, a large heap for the garbage collector to walk) must not help or hinder the next one.
"""

from __future__ import annotations

import resource
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

_STATUS = Path("/proc/self/status")


def isolated(
    work: Callable[Arguments, Result], *arguments: Arguments.args, **named: Arguments.kwargs
) -> Result:
    """`work(…)` in a fresh interpreter; arguments and result are pickled. Raises what `work` raises."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments, **named).result()


def processor_seconds() -> float:
    """Processor time of this process and of those it started and waited for, all threads."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def peak_megabytes() -> float | None:
    """The most memory this process has held, pages of mapped files it touched included; None where
    the system does not tell.

    Not `ru_maxrss`: on Linux that begins with what the parent held when it made this process.
    """
    try:
        lines = _STATUS.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    kibibytes = (int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
    return next((one * 1024 / 1e6 for one in kibibytes), None)
