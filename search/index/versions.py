"""May this process answer from an index that another one wrote?

What a term looks like depends on the analysis and on Python's tables of Unicode; what a file means,
on Whoosh and on our schema. Where one of them is another than the one an index was written with,
queries would silently miss documents: such an index is refused, with the command that repairs it.
Configuration (lemmas, ways left out) is no such thing: it is said, and searched all the same.
"""

from __future__ import annotations

import hashlib
import sys
from functools import lru_cache
from importlib.metadata import version

from search.analysis.fingerprint import is_analysed_alike, trust
from search.index.codec.segment_file import FORMAT_VERSION
from search.index.manifest import ANALYSIS, Manifest
from search.index.schema import FIELDS, POSITIONAL

#: Under these names `software` of a manifest holds what must be the same.
PYTHON, WHOOSH, SCHEMA = "python", "whoosh3", "schema"
_NAMES = {PYTHON: "Python", WHOOSH: "Whoosh (whoosh3)", SCHEMA: "the schema of fields"}


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """What this process writes an index with."""
    return {PYTHON: _python(), WHOOSH: version(WHOOSH), SCHEMA: schema_hash()}


def _python() -> str:
    """Unicode changes with the second number; the third is of repairs."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


@lru_cache(maxsize=1)
def schema_hash() -> str:
    """Sixteen hexadecimal digits that change with the fields and with the format of segments."""
    fields = [(one.name, one.way, one.way in POSITIONAL) for one in FIELDS]
    return hashlib.sha256(repr((FORMAT_VERSION, fields)).encode()).hexdigest()[:16]


def schema_problem(manifest: Manifest) -> str | None:
    """Why the files of a generation cannot be read here at all; None if they can."""
    return _difference(manifest, SCHEMA)


def version_problems(manifest: Manifest) -> list[str]:
    """Why a generation must not be answered from here, a sentence each that says what to do."""
    problems = [_difference(manifest, name) for name in versions()]
    if manifest.fingerprint:
        trust(manifest.software.get(ANALYSIS, ""), manifest.fingerprint)
        if not is_analysed_alike(manifest.fingerprint):
            problems.append(
                f"generation {manifest.generation} was built with another version of the analysis: run "
                "`indexer update` on all sources, or `indexer build`"
            )
    return [one for one in problems if one is not None]


def _difference(manifest: Manifest, name: str) -> str | None:
    written, here = manifest.software.get(name), versions()[name]
    # Manifests of earlier versions do not say.
    if written is None or written == here:
        return None
    return (
        f"generation {manifest.generation} was written with {_NAMES[name]} {written}, here is {here}: run "
        "`indexer build` on all sources"
    )
