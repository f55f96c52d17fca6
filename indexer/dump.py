"""A whole collection as one portable file, and back: gzipped JSON Lines, no index format inside.

    {"format": "multilingual-search-dump", "version": 2, "documents": 2, …}   what follows, and of what
    {"curation": {"version": 1, "synonyms": […], "pins": […]}}                what was added by hand
    {"id": …, "title": …, "fields": {…}, "language_decision": {…}, "origin": …}

and so on, a line a document, in CONTRACT's words, each with the languages that were decided and the file it
came from. Version 1 had neither the second line nor origins, nor the languages of titles. Both ways stream: a
document at a time is in memory.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import zlib
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from indexer.document import AlternativeTitle, Document, KeptDecision, Person, Refusal
from indexer.read_generations import readable_in
from search.cluster_access import ClusterAccess
from search.configuration import Settings
from search.errors import ConfigurationError
from search.index.curation import NO_CURATION, Curation, curation_of_values, curation_values, read_curation
from search.index.manifest import sync_directory

FORMAT = "multilingual-search-dump"
VERSION = 2
#: The versions that can be read.
READ = (1, 2)
#: Bytes of a line beyond which a file is no dump of ours: no document may take a machine's memory.
LONGEST_LINE = 512 << 20


def dump(
    index: Path, target: Path, *, settings: Settings | None = None, cluster: ClusterAccess | None = None
) -> int:
    """Write every live document and what was added by hand; returns how many documents.

    The file appears whole, on the disk for good, or not at all. `cluster` holds the documents, if not the
    folder. Raises `IndexUnavailable` and `OSError`.
    """
    generations = readable_in(index, settings or Settings(), cluster)
    directory = generations.path(generations.live())
    manifest, curation = generations.reader(directory).manifest, read_curation(directory)
    header = {
        "format": FORMAT,
        "version": VERSION,
        "documents": manifest.documents,
        "generation": manifest.generation,
        "built": manifest.built,
        "analysis": manifest.fingerprint,
    }
    temporary = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    try:
        with open(temporary, "xb") as file:
            with gzip.open(file, "wb", compresslevel=6) as packed:
                packed.write(json.dumps(header).encode() + b"\n")
                packed.write(orjson.dumps({"curation": curation_values(curation)}) + b"\n")
                for held in generations.documents(directory):
                    row = {**dumped(held.stored), "origin": _utf_8(held.origin)}
                    packed.write(orjson.dumps(row) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
        sync_directory(target.absolute().parent)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    return manifest.documents


def _utf_8(origin: str) -> str:
    """A file's name as JSON can have it; nothing of one that is not UTF-8."""
    try:
        origin.encode()
    except UnicodeEncodeError:
        return ""
    return origin


def dumped(stored: dict[str, Any]) -> dict[str, Any]:
    """The row of a document as the index stores it. Its language is there if it was declared."""
    row = {key: stored[key] for key in ("id", "title", "text", "url") if stored.get(key)}
    declared = stored["language_reason"] == "declared"
    return {
        **row,
        "language": stored["language"] if declared else None,
        "fields": stored["fields"],
        "language_decision": {
            "code": stored["language"],
            "reason": stored["language_reason"],
            "confidence": stored.get("language_confidence", 1.0),
            "title": stored.get("title_language"),
            "other_titles": stored.get("other_titles", []),
        },
    }


@dataclass(frozen=True, slots=True)
class DumpHead:
    """What a dump says of itself: how many documents it holds, and what was added to them by hand."""

    version: int
    documents: int
    curation: Curation


def read_head(path: Path) -> DumpHead:
    """Raises `ConfigurationError` for a file that is no dump, or of a version that is not known."""
    with contextlib.closing(_lines(path)) as lines:
        return _head(path, lines)


def _head(path: Path, lines: Iterator[tuple[int, bytes]]) -> DumpHead:
    try:
        header = json.loads(next(lines, (1, b""))[1] or b"{}")
        if not isinstance(header, dict) or header.get("format") != FORMAT:
            raise ValueError("not a dump of this service")
        version, documents = header.get("version"), header.get("documents")
        if version not in READ:
            raise ValueError(f"version {version!r}, this software reads {', '.join(map(str, READ))}")
        if not isinstance(documents, int) or isinstance(documents, bool) or documents < 0:
            raise ValueError("does not say how many documents it holds")
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"{path}:1: {error}") from None
    if version == 1:
        return DumpHead(version, documents, NO_CURATION)
    try:
        curation = curation_of_values(json.loads(next(lines, (2, b""))[1])["curation"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ConfigurationError(f"{path}:2: not synonyms and pinned results: {error}") from None
    return DumpHead(version, documents, curation)


def _lines(path: Path) -> Generator[tuple[int, bytes]]:
    """Each line with its number. Raises `ConfigurationError` naming the line at which a file is damaged."""
    number = 1
    try:
        with gzip.open(path, "rb") as packed, io.BufferedReader(packed, 1 << 20) as file:
            while line := file.readline(LONGEST_LINE + 1):
                if len(line) > LONGEST_LINE:
                    raise ValueError("a line of more than 512 MB")
                yield number, line
                number += 1
    except (OSError, EOFError, ValueError, zlib.error) as error:
        said = getattr(error, "strerror", None) or error
        raise ConfigurationError(f"{path}:{number}: not a whole dump: {said}") from None


@dataclass(slots=True)
class DumpFeed:
    """The documents of a dump, for `build`, each with the file it once came from.

    The first line that is not as it was written ends the reading with a `ConfigurationError`: a backup of
    which a part is gone is not to take the place of an index. With `salvage` what can be read is taken, and
    the rest told as refusals. `keep_decisions`: languages stay as they were decided.
    """

    path: Path
    tell: Callable[[Refusal], None]
    keep_decisions: bool = True
    salvage: bool = False
    refused: int = 0
    documents: int = 0

    def __iter__(self) -> Iterator[tuple[Document, str]]:
        number = 0
        with contextlib.closing(_lines(self.path)) as lines:
            head = _head(self.path, lines)
            try:
                for number, line in lines:
                    found = self._read(number, line)
                    if found is not None:
                        self.documents += 1
                        yield found
                if self.documents + self.refused != head.documents:
                    raise ConfigurationError(
                        f"{self.path}:{number}: holds {self.documents + self.refused} documents, "
                        f"its first line says {head.documents}"
                    )
            except ConfigurationError as error:
                if not self.salvage:
                    raise
                self._refuse(number, f"what follows is lost: {error}")

    def _read(self, number: int, line: bytes) -> tuple[Document, str] | None:
        try:
            row = orjson.loads(line)
            document = document_of(row, f"{self.path}:{number}", decided=self.keep_decisions)
            return document, _text(row.get("origin")) or str(self.path.absolute())
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            told = f"not a dumped document: {type(error).__name__}: {error}"
            if not self.salvage:
                raise ConfigurationError(f"{self.path}:{number}: {told}") from None
            self._refuse(number, told)
            return None

    def _refuse(self, number: int, reason: str) -> None:
        self.refused += 1
        self.tell(Refusal(str(self.path), number, reason))


_OWN = ("original_title", "original_language", "date", "year", "people", "also_known_as")


def document_of(row: dict[str, Any], origin: str, *, decided: bool = False) -> Document:
    """The document of a row, with the languages that were `decided` if they are to be kept.

    Raises `KeyError`, `TypeError`, `ValueError` and `AttributeError` for what is no row.
    """
    fields: dict[str, Any] = row["fields"]
    if not isinstance(row["id"], str) or not row["id"]:
        raise ValueError("no id")
    return Document(
        id=row["id"],
        title=_text(row.get("title")) or "",
        text=_text(row.get("text")) or "",
        language=_text(row.get("language")),
        url=_text(row.get("url")),
        original_title=_text(fields.get("original_title")),
        original_language=_text(fields.get("original_language")),
        also_known_as=tuple(AlternativeTitle(**one) for one in fields.get("also_known_as", ())),
        date=_text(fields.get("date")),
        year=_year(fields.get("year")),
        people=tuple(Person(**one) for one in fields.get("people", ())),
        extra={key: value for key, value in fields.items() if key not in _OWN},
        origin=origin,
        decided=_decision(row["language_decision"]) if decided else None,
    )


def _decision(values: dict[str, Any]) -> KeptDecision:
    code, reason = _text(values["code"]), _text(values["reason"])
    if not code or not reason:
        raise ValueError("a language decision without a code or a reason")
    return KeptDecision(
        code,
        reason,
        float(values.get("confidence", 1.0)),
        _text(values.get("title")),
        tuple((str(one["title"]), str(one["language"])) for one in values.get("other_titles", ())),
    )


def _text(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise TypeError(f"{value!r} is not a text")
    return value


def _year(value: Any) -> int | None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise TypeError(f"{value!r} is not a year")
    return value
