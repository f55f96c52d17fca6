"""On what was it measured? Versions and machine, with nothing that names a host or a path."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("whoosh3", "tantivy", "numpy", "PyStemmer", "orjson", "Flask", "gunicorn")
_PROJECT = Path(__file__).resolve().parent.parent


def versions() -> dict[str, str]:
    """What took part, with its version."""
    found = {"Python": platform.python_version(), "SQLite": sqlite3.sqlite_version}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    found["this service"] = _commit()
    return found


def machine() -> dict[str, str]:
    """Processor, cores, memory, system, and how busy it was before the run began."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": _processor(),
        "cores usable": str(len(os.sched_getaffinity(0))),
        "memory": f"{memory / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.machine()}",
        "load before the run (1, 5, 15 min)": " ".join(f"{one:.2f}" for one in os.getloadavg()),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.machine()
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.machine())


def _commit() -> str:
    """The commit in the working tree; changes on top of it are not seen."""
    try:
        found = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"],
            cwd=_PROJECT,
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return "not in a repository"
    return f"commit {found.stdout.strip()}"
