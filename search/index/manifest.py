"""What does a generation say about itself, and is it true?

`manifest.json` lists every file of a generation with size and SHA-256, the versions it was made
with, and the fingerprint of the analysis. It is written last, so a directory without one was
never finished. Readers check the manifest before they open anything else. Its last line is a hash of
all lines before it, so that no damage to it goes unseen either.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from search.errors import IndexDamaged
from search.index.hashes import hash_once, known_hash, sha256_of

MANIFEST_NAME = "manifest.json"
MANIFEST_VERSION = 2
#: The first version had no hash of itself; such a generation is still read.
_WITHOUT_HASH = 1
#: What stands before and after the manifest's own hash.
_HASH_BEGINS, _HASH_ENDS = b',\n "sha256": "', b'"\n}\n'
#: A directory in the making is called so before the number it will have.
BUILDING = "building-"
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
    # Paths of sources may hold bytes that are no UTF-8, which only escapes can express.
    text = json.dumps(asdict(manifest), indent=1)
    with open(temporary, "wb") as file:
        file.write(_with_hash(text.removesuffix("\n}").encode("ascii")))
        file.flush()
        os.fsync(file.fileno())
    os.rename(temporary, directory / MANIFEST_NAME)
    sync_directory(directory)


def _with_hash(lines: bytes) -> bytes:
    return lines + _HASH_BEGINS + hashlib.sha256(lines).hexdigest().encode("ascii") + _HASH_ENDS


def read_manifest(directory: Path) -> Manifest:
    """Raises `IndexDamaged` when it is missing, damaged, that of another generation or not one."""
    path = directory / MANIFEST_NAME
    try:
        if directory.is_symlink():
            raise IndexDamaged(f"{directory}: a symbolic link, where a generation should be")
        data = _regular_bytes(path)
        values = json.loads(data)
        claimed = values.pop("sha256", None)
        lines = data[: -len(_HASH_BEGINS + _HASH_ENDS) - 64]
        if (claimed is not None or values["version"] == MANIFEST_VERSION) and data != _with_hash(lines):
            raise IndexDamaged(f"{path}: differs from its own checksum")
        values["files"] = tuple(FileEntry(**one) for one in values["files"])
        values["sources"] = tuple(values["sources"])
        manifest = Manifest(**values)
        _check_types(manifest)
    except FileNotFoundError:
        raise IndexDamaged(f"{directory}: no {MANIFEST_NAME}: this generation was never finished") from None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise IndexDamaged(f"{path}: not a manifest: {error}") from None
    if manifest.version not in (MANIFEST_VERSION, _WITHOUT_HASH):
        raise IndexDamaged(
            f"{path}: manifest version {manifest.version}, this software reads {MANIFEST_VERSION}; "
            "rebuild the index with `indexer build`"
        )
    if manifest.generation != directory.name.removeprefix(BUILDING):
        raise IndexDamaged(f"{path}: is the manifest of generation {manifest.generation[:40]!r}")
    return manifest


def manifest_hash(directory: Path) -> str:
    """The SHA-256 of the whole manifest, in hex. Raises `IndexDamaged` when there is none."""
    try:
        return hashlib.sha256(_regular_bytes(directory / MANIFEST_NAME)).hexdigest()
    except OSError as error:
        raise IndexDamaged(f"{directory}: no {MANIFEST_NAME}: {error.strerror}") from None


def _regular_bytes(path: Path) -> bytes:
    """The content of a regular file: no link is followed, no pipe waited for. Raises `OSError`."""
    # The mode is that of the descriptor: between a look at the path and its opening, it could be exchanged.
    with open(path, "rb", opener=_no_link) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(0, "not a regular file", str(path))
        return file.read()


def _no_link(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


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
