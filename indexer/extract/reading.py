"""How do the bytes of a SourceFile come in, safely and within bounds?

Opens only regular files without following links, unpacks gzip with a limit, and splits streams
into lines without ever holding more than one of them. What the bytes mean is not asked here.
"""

from __future__ import annotations

import os
import stat
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from indexer.encoding import (
    SAMPLE_BYTES,
    byte_order_mark,
    detect_line_encoding,
    transcoded_to_utf_8,
)
from indexer.sources import SourceFile

MEBIBYTE = 2**20
LINE_LIMIT = 16 * MEBIBYTE
STREAM_LIMIT = 4096 * MEBIBYTE
WHOLE_LIMIT = 64 * MEBIBYTE

# Collections pack to a tenth; gzip's best on one letter is 1,030 to 1. Small files may be as they like.
GZIP_RATIO, _RATIO_FROM = 250, 256 * MEBIBYTE

_CHUNK = MEBIBYTE
_GZIP = 31  # zlib's name for "gzip header and trailer expected"


class UnusableSource(ValueError):
    """A file that cannot be read (further); the message is the reason to report."""


def read_whole(source: SourceFile, limit: int = WHOLE_LIMIT) -> bytes:
    """All bytes of a file, unpacked. Raises `UnusableSource`, also when it is empty."""
    pieces: list[bytes] = []
    for piece in _chunks(source, limit):
        pieces.append(piece)
    data = b"".join(pieces)
    _refuse_empty(data)
    return data


def read_lines(source: SourceFile) -> tuple[str, Iterator[tuple[int, bytes | None]]]:
    """The encoding of a line-based file and its numbered lines (from 1) without line ends.

    A line longer than `LINE_LIMIT` comes as None: it was skipped without being held. UTF-16 and
    UTF-32 arrive as UTF-8. Raises `UnusableSource`; while iterating too, after the good lines.
    """
    chunks = _chunks(source, STREAM_LIMIT)
    held: list[bytes] = []
    failure: UnusableSource | None = None
    try:
        while sum(map(len, held)) < SAMPLE_BYTES and (piece := next(chunks, None)) is not None:
            held.append(piece)
    except UnusableSource as error:
        failure = error
    head = b"".join(held)
    if failure is not None and not head:
        raise failure
    sample = head[:SAMPLE_BYTES]
    if len(head) < SAMPLE_BYTES:
        _refuse_empty(sample)
    mark, encoding = byte_order_mark(sample) or (b"", detect_line_encoding(sample))
    stream: Iterable[bytes] = _continued(head[len(mark) :], chunks, failure)
    if encoding.startswith(("utf-16", "utf-32")):
        stream, encoding = transcoded_to_utf_8(stream, encoding), "utf-8"
    return encoding, split_lines(stream)


def split_lines(chunks: Iterable[bytes], limit: int = LINE_LIMIT) -> Iterator[tuple[int, bytes | None]]:
    """Numbered lines of a stream; `\\n`, `\\r\\n` and `\\r` all end one. Too long a line is None."""
    number = 0
    tail: list[bytes] = []
    length = 0
    after_return = False
    for chunk in chunks:
        if after_return and chunk.startswith(b"\n"):
            chunk = chunk[1:]
        after_return = chunk.endswith(b"\r") if chunk else after_return
        if b"\r" in chunk:
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        lines = chunk.split(b"\n")
        if len(lines) > 1:
            number += 1
            first_length = length + len(lines[0])
            yield number, b"".join((*tail, lines[0])) if first_length <= limit else None
            for line in lines[1:-1]:
                number += 1
                yield number, line if len(line) <= limit else None
            tail, length = [], 0
        length += len(lines[-1])
        # Only the length of an endless line is kept, not the line.
        if length <= limit:
            tail.append(lines[-1])
        else:
            tail.clear()
    if length:
        yield number + 1, b"".join(tail) if length <= limit else None


def _continued(head: bytes, chunks: Iterator[bytes], failure: UnusableSource | None) -> Iterator[bytes]:
    yield head
    if failure is not None:
        raise failure
    yield from chunks


def _chunks(source: SourceFile, limit: int) -> Iterator[bytes]:
    total = 0
    try:
        with _opened(source) as (stream, size):
            pieces = _raw_chunks(stream, size)
            for piece in _inflated(pieces) if source.compressed else pieces:
                total += len(piece)
                if total > limit:
                    size_limit = f"{limit // MEBIBYTE:,} MiB"
                    raise UnusableSource(f"is larger than {size_limit}, the limit for this format")
                yield piece
    except OSError as error:
        raise UnusableSource(f"cannot be read: {(error.strerror or str(error)).lower()}") from None


def _raw_chunks(stream: BinaryIO, size: int | None) -> Iterator[bytes]:
    """Reads to the size the file had when it was opened: a growing log file has no end."""
    left = sys.maxsize if size is None else size
    while left > 0 and (piece := stream.read(min(_CHUNK, left))):
        left -= len(piece)
        yield piece


def _inflated(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Unpacks gzip of one or several members in bounded steps."""
    decoder = None
    packed = unpacked = 0
    for piece in pieces:
        packed += len(piece)
        while piece:
            if decoder is None:
                piece = piece.lstrip(b"\0")  # padding between members, as gzip(1) allows it
                if not piece:
                    break
                decoder = zlib.decompressobj(_GZIP)
            try:
                data = decoder.decompress(piece, _CHUNK)
            except zlib.error:
                raise UnusableSource("is not (or no longer) valid gzip data") from None
            if data:
                yield data
            unpacked += len(data)
            if unpacked > _RATIO_FROM and unpacked > packed * GZIP_RATIO:
                raise UnusableSource(f"unpacks to more than {GZIP_RATIO} times its size")
            if decoder.eof:
                piece, decoder = decoder.unused_data, None
            else:
                piece = decoder.unconsumed_tail
    if decoder is not None:
        rest = decoder.flush()
        if rest:
            yield rest
        raise UnusableSource("the gzip data is cut short")


@contextmanager
def _opened(source: SourceFile) -> Iterator[tuple[BinaryIO, int | None]]:
    """The file as a stream and its size (None for standard input)."""
    if source.standard_input:
        yield sys.stdin.buffer, None
        return
    if source.descriptor is None:
        descriptor, size = open_source(source)
    else:
        # A file may be read more than once.
        descriptor, size = os.dup(source.descriptor), os.fstat(source.descriptor).st_size
    with open(descriptor, "rb", buffering=0) as stream:
        stream.seek(0)
        yield stream, size


def open_source(source: SourceFile) -> tuple[int, int]:
    """The file of a SourceFile as a descriptor, for the caller to close, and its size in bytes.

    Nothing but a regular file below the SOURCE is opened. Raises `UnusableSource`.
    """
    try:
        descriptor = _open_below_root(source)
    except OSError as error:
        raise UnusableSource(f"cannot be read: {(error.strerror or str(error)).lower()}") from None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise UnusableSource("is not a regular file")
    return descriptor, status.st_size


def _open_below_root(source: SourceFile) -> int:
    """Opens part by part without following links.

    Between walking and opening, a folder or file may have been swapped for a link that leads
    out of the SOURCE; each part is therefore opened relative to the one before. O_NONBLOCK: a
    file swapped for a FIFO must not block.
    """
    parts = source.relative.split("/")
    if parts != list(source.path.parts[-len(parts) :]):
        parts = [source.path.name]
    flags = os.O_RDONLY | os.O_CLOEXEC
    root = source.path.parents[len(parts) - 1]
    folder = os.open(root, flags | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        for part in parts[:-1]:
            below = os.open(part, flags | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
            os.close(folder)
            folder = below
        return os.open(parts[-1], flags | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    finally:
        os.close(folder)


def _refuse_empty(data: bytes) -> None:
    mark = byte_order_mark(data)
    rest = data[len(mark[0]) :] if mark else data
    if not rest.strip(b"\0 \t\r\n\v\f"):
        raise UnusableSource("is empty")
