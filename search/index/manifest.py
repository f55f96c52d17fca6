"""What does a generation say about itself, and is it true?

`manifest.json` lists every file of a generation with size and SHA-256, the versions it was made
with, and the fingerprint of the analysis. It is written last, so a directory without one was
never finished. Readers check the manifest before they open anything else.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from search.errors import IndexDamaged
from search.index.hashes import hash_once, known_hash, sha256_of

MANIFEST_NAME = "manifest.json"
MANIFEST_VERSION = 1
#: Under this name `software` holds the hash of the code whose analysis the fingerprint stands for; empty
#: where that is not the code that wrote the manifest.
ANALYSIS = "analysis"
#: Bytes of files that are read whole whenever a generation is opened: at most 50 ms.
READ_AT_OPENING = 32 << 20


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file of the generation. `size` in bytes, `sha256` in hex."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`built` is UTC, ISO 8601; `documents` counts live documents; `languages` counts them by
    code, `title_languages` counts those with a title analysed in a language; `sources` are the
    paths given to the indexer; `seconds` is how long the build took."""

    generation: str
    built: str
    documents: int
    languages: dict[str, int]
    files: tuple[FileEntry, ...]
    fingerprint: str
    software: dict[str, str]
    sources: tuple[str, ...] = ()
    seconds: float = 0.0
    refused: int = 0
    duplicates: int = 0
    title_languages: dict[str, int] = field(default_factory=dict)
    version: int = MANIFEST_VERSION

    @property
    def size(self) -> int:
        """Bytes on disk, of all the files listed."""
        return sum(one.size for one in self.files)


def write_manifest(directory: Path, manifest: Manifest) -> None:
    """Write it under a temporary name, flush, rename, flush the directory. Raises `OSError`."""
    temporary = directory / (MANIFEST_NAME + ".tmp")
    with open(temporary, "w", encoding="utf-8") as file:
        json.dump(asdict(manifest), file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    os.rename(temporary, directory / MANIFEST_NAME)
    sync_directory(directory)


def read_manifest(directory: Path) -> Manifest:
    """Raises `IndexDamaged` when it is missing or not one."""
    path = directory / MANIFEST_NAME
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        values["files"] = tuple(FileEntry(**one) for one in values["files"])
        values["sources"] = tuple(values["sources"])
        manifest = Manifest(**values)
        _check_types(manifest)
    except FileNotFoundError:
        raise IndexDamaged(f"{directory}: no {MANIFEST_NAME}: this generation was never finished") from None
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise IndexDamaged(f"{path}: not a manifest: {error}") from None
    if manifest.version != MANIFEST_VERSION:
        raise IndexDamaged(
            f"{path}: manifest version {manifest.version}, this software reads {MANIFEST_VERSION}"
        )
    return manifest


def _check_types(manifest: Manifest) -> None:
    """What is compared, added up or opened later must be of its kind. Raises `TypeError`."""
    expected: tuple[tuple[str, object, type], ...] = (
        ("generation", manifest.generation, str),
        ("built", manifest.built, str),
        ("documents", manifest.documents, int),
        ("languages", manifest.languages, dict),
        ("fingerprint", manifest.fingerprint, str),
        ("software", manifest.software, dict),
        *((f"language {code}", count, int) for code, count in dict(manifest.languages).items()),
        *(("a source", source, str) for source in manifest.sources),
        *(("a file's name", entry.name, str) for entry in manifest.files),
        *(("a file's size", entry.size, int) for entry in manifest.files),
        *(("a file's sha256", entry.sha256, str) for entry in manifest.files),
    )
    for name, value, kind in expected:
        if not isinstance(value, kind):
            raise TypeError(f"{name} is {type(value).__name__}, not {kind.__name__}")


def entries_of(directory: Path) -> tuple[FileEntry, ...]:
    """Every file in the directory but the manifest, hashed; those that were taken over from another
    generation, and read when that was opened, are not read again."""
    return tuple(
        FileEntry(path.name, path.stat().st_size, known_hash(path) or sha256_of(path))
        for path in sorted(directory.iterdir())
        if path.name != MANIFEST_NAME
    )


def size_problems(directory: Path, manifest: Manifest) -> list[str]:
    """Missing files, strangers and wrong sizes: what can be known without reading the files."""
    problems = []
    listed = {one.name: one for one in manifest.files}
    present = {path.name: path for path in directory.iterdir() if path.name != MANIFEST_NAME}
    for name, entry in listed.items():
        path = present.get(name)
        if path is None:
            problems.append(f"{name}: missing")
        elif path.is_symlink() or not path.is_file():
            problems.append(f"{name}: not a regular file")
        elif path.stat().st_size != entry.size:
            problems.append(f"{name}: {path.stat().st_size} bytes instead of {entry.size}")
    problems.extend(f"{name}: not in the manifest" for name in sorted(present.keys() - listed.keys()))
    return problems


def content_problems(
    directory: Path, manifest: Manifest, hashed: Callable[[Path], str] = sha256_of
) -> list[str]:
    """As `size_problems`, and every byte against its hash."""
    problems = size_problems(directory, manifest)
    return problems + _hash_problems(directory, _without(manifest.files, problems), hashed)


def opening_problems(directory: Path, manifest: Manifest) -> list[str]:
    """As `size_problems`, and as much of the content as can be read without being waited for: files
    in order of size until the next would make it more than `READ_AT_OPENING` bytes; files that this
    process has read before cost nothing."""
    problems = size_problems(directory, manifest)
    rest, chosen = READ_AT_OPENING, []
    for entry in sorted(_without(manifest.files, problems), key=lambda entry: entry.size):
        with contextlib.suppress(OSError):
            rest -= 0 if known_hash(directory / entry.name) else entry.size
        if rest >= 0:
            chosen.append(entry)
    return problems + _hash_problems(directory, chosen, hash_once)


def _without(files: Iterable[FileEntry], problems: Iterable[str]) -> list[FileEntry]:
    """The files that none of the problems is about."""
    wrong = {problem.split(":")[0] for problem in problems}
    return [entry for entry in files if entry.name not in wrong]


def _hash_problems(directory: Path, entries: Iterable[FileEntry], hashed: Callable[[Path], str]) -> list[str]:
    problems = []
    for entry in entries:
        try:
            if hashed(directory / entry.name) != entry.sha256:
                problems.append(f"{entry.name}: content differs from its checksum")
        except OSError as error:
            problems.append(f"{entry.name}: cannot be read: {error.strerror}")
    return problems


def sync_directory(directory: Path) -> None:
    """Make renames inside the directory durable."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
