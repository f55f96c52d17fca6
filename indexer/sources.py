"""Which files does a SOURCE stand for?

Walks files and folders in a fixed order and names what cannot be used. Nothing is opened here
except folders, so a FIFO cannot block and a device is never touched; how a file's content is
read is the extractors' question.
"""

from __future__ import annotations

import fnmatch
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.document import Refusal
from search.errors import ConfigurationError

STANDARD_INPUT = "-"

# The suffixes with an extractor; `extract/formats.py` has the function of each, a test compares.
SUFFIXES = frozenset(
    {
        ".jsonl",
        ".ndjson",
        ".json",
        ".csv",
        ".tsv",
        ".md",
        ".markdown",
        ".html",
        ".htm",
        ".txt",
        ".pdf",
        ".docx",
        ".epub",
    }
)
COMPRESSED = ".gz"

# Files that lie beside a collection without being part of it: skipped in folders, taken when named.
NOT_DOCUMENTS = ("queries.tsv", "qrels.tsv", "README.md", "README.txt", "LICENSE*", "LICENCE*")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One regular file (or standard input) that has an extractor.

    `relative` is the POSIX path below the SOURCE that led here, for a file its name; it is
    stable across machines and the root of generated ids. `suffix` is without `.gz`. Whoever opens
    the file sets `descriptor`, which is then read instead of the path, and whether this process is the
    one to read it.
    """

    path: Path
    relative: str
    suffix: str
    compressed: bool = False
    standard_input: bool = False
    descriptor: int | None = None
    at_home: bool = True


def walk(paths: Sequence[str | Path]) -> Iterator[SourceFile | Refusal]:
    """All files of the SOURCEs, folders recursively in sorted order, refusals in between.

    Raises `ConfigurationError` at once, before the first file, when a SOURCE does not exist.
    """
    for path in paths:
        if str(path) != STANDARD_INPUT and not os.path.lexists(path):
            raise ConfigurationError(f"{printable(path)}: there is no such file or folder")
    return _walk(paths)


def printable(path: str | Path) -> str:
    """The path as text that can always be written out, whatever bytes the name has."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _walk(paths: Sequence[str | Path]) -> Iterator[SourceFile | Refusal]:
    for path in paths:
        if str(path) == STANDARD_INPUT and not isinstance(path, Path):
            yield SourceFile(Path(STANDARD_INPUT), "stdin", ".jsonl", standard_input=True)
        else:
            yield from _named_source(Path(path))


def _named_source(path: Path) -> Iterator[SourceFile | Refusal]:
    """What the admin named: a link is followed here, because naming it was a decision."""
    try:
        target = path.resolve(strict=True)
        mode = target.stat().st_mode
    except (OSError, RuntimeError) as error:
        yield Refusal(printable(path), None, f"cannot be read: {_reason(error)}")
        return
    if stat.S_ISDIR(mode):
        yield from _folder(target)
        return
    suffix, compressed = split_suffix(path.name)
    if not stat.S_ISREG(mode):
        yield Refusal(printable(path), None, f"is {_kind(mode)}, not a regular file")
    elif suffix not in SUFFIXES:
        known = ", ".join(sorted(SUFFIXES))
        name = repr(suffix) if suffix else "a name without suffix"
        yield Refusal(printable(path), None, f"no extractor for {name}; known: {known}")
    elif not _is_utf_8(path.name):
        yield Refusal(printable(path), None, "its name is not UTF-8")
    else:
        yield SourceFile(target, path.name, suffix, compressed)


def _folder(root: Path) -> Iterator[SourceFile | Refusal]:
    """Depth first with a stack of our own: a million nested folders must not exhaust Python's."""
    pending: list[tuple[Path, str, os.stat_result | None]] = [(root, "", None)]
    while pending:
        path, relative, status = pending.pop()
        if status is None or stat.S_ISDIR(status.st_mode):
            try:
                children = _children(path, relative)
            except OSError as error:
                yield Refusal(printable(path), None, f"the folder cannot be read: {_reason(error)}")
                continue
            pending.extend(reversed(children))
        else:
            found = _file(path, relative, status.st_mode)
            if found is not None:
                yield found


def _children(folder: Path, relative: str) -> list[tuple[Path, str, os.stat_result | None]]:
    children: list[tuple[Path, str, os.stat_result | None]] = []
    for name in sorted(os.listdir(folder)):
        if not name.startswith("."):
            path = folder / name
            try:
                children.append((path, f"{relative}/{name}" if relative else name, path.lstat()))
            except FileNotFoundError:
                continue  # removed since the folder was listed: the next run will not see it either
    return children


def _file(path: Path, relative: str, mode: int) -> SourceFile | Refusal | None:
    if stat.S_ISLNK(mode):
        return Refusal(printable(path), None, "is a symbolic link, followed only when named as SOURCE")
    if not stat.S_ISREG(mode):
        return Refusal(printable(path), None, f"is {_kind(mode)}, not a regular file")
    suffix, compressed = split_suffix(path.name)
    if suffix not in SUFFIXES or any(fnmatch.fnmatchcase(path.name, name) for name in NOT_DOCUMENTS):
        return None
    if not _is_utf_8(relative):
        return Refusal(printable(path), None, "its name is not UTF-8")
    if not os.access(path, os.R_OK):
        return Refusal(printable(path), None, "cannot be read: permission denied")
    return SourceFile(path, relative, suffix, compressed)


def split_suffix(name: str) -> tuple[str, bool]:
    """The suffix that says the format, in lower case, and whether `.gz` follows it.

    >>> split_suffix("Films.CSV.gz")
    ('.csv', True)
    """
    stem, suffix = os.path.splitext(name.lower())
    if suffix == COMPRESSED:
        return os.path.splitext(stem)[1], True
    return suffix, False


def _is_utf_8(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _kind(mode: int) -> str:
    kinds = (
        (stat.S_ISFIFO, "a FIFO"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISCHR, "a character device"),
        (stat.S_ISBLK, "a block device"),
    )
    return next((name for test, name in kinds if test(mode)), "a special file")


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()
