"""In which character encoding are these bytes?

The order of trust: byte order mark, declared encoding, UTF-8, UTF-16 without a mark, a statistical
detector, cp1252. A declaration or a guess counts only if the bytes really decode with it. For files
that are read line by line `detect_line_encoding` looks at the first lines and forgives single bad
ones, because one broken line must not change how its neighbours are read.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator

from charset_normalizer import from_bytes

SAMPLE_BYTES = 256 * 1024
FALLBACK = "cp1252"
# The detector takes "naïve café" in cp1252 for cp1006: below this length its answers are chance.
_DETECTOR_MINIMUM = 64
_DETECTOR_SAMPLE = 32 * 1024

# Names of hosts and literals of programs; with the first two a megabyte takes minutes.
_NOT_OF_TEXTS = frozenset({"punycode", "idna", "unicode-escape", "raw-unicode-escape", "undefined"})

# UTF-32 first: its little-endian mark begins with the one of UTF-16.
_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """The text of `data` with `\\n` line ends, and the name of the encoding it was read in.

    Never raises: what fits nothing is read as cp1252 with replacement characters.

    >>> decode(b"caf\\xe9")
    ('café', 'cp1252')
    """
    marked = byte_order_mark(data)
    if marked is not None:
        mark, encoding = marked
        return _normalised(data[len(mark) :].decode(encoding, errors="replace")), encoding
    for candidate in _candidates(data, declared):
        text = _decoded(data, candidate)
        if text is not None:
            return _normalised(text), candidate
    return _normalised(data.decode(FALLBACK, errors="replace")), FALLBACK


def byte_order_mark(data: bytes) -> tuple[bytes, str] | None:
    """The mark that `data` begins with and the encoding it stands for, or None."""
    return next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), None)


def detect_line_encoding(sample: bytes) -> str:
    """The encoding of a line-based file without a byte order mark, judged by its first bytes.

    UTF-8 as soon as at least half of the lines that are not pure ASCII are UTF-8; else what the
    undecodable lines together look like.
    """
    without_mark = _utf_16_by_zero_bytes(sample)
    if without_mark is not None:
        return without_mark
    telling = [line for line in sample.split(b"\n") if not line.isascii()]
    broken = [line for line in telling if _decoded(line, "utf-8") is None]
    if len(telling) > 1 and _is_cut(telling[-1], sample):
        broken = [line for line in broken if line is not telling[-1]]
    if len(broken) * 2 <= len(telling):
        return "utf-8"
    return decode(b"\n".join(broken))[1]


def transcoded_to_utf_8(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The chunks of a UTF-16 or UTF-32 stream as UTF-8, so that lines can be split at a byte.

    What is not decodable becomes bytes that are no UTF-8 either: the reader of lines then refuses
    exactly the lines concerned.
    """
    decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
    for chunk in chunks:
        try:
            yield decoder.decode(chunk).encode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            decoder.reset()
            yield b"\xff"
    try:
        yield decoder.decode(b"", final=True).encode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        yield b"\xff"


def _candidates(data: bytes, declared: str | None) -> Iterator[str]:
    known = _known_encoding(declared)
    if known is not None:
        yield known
    without_mark = _utf_16_by_zero_bytes(data)
    # Before UTF-8: English in UTF-16 is valid UTF-8 with a NUL after each letter.
    if without_mark is not None:
        yield without_mark
    yield "utf-8"
    if len(data) >= _DETECTOR_MINIMUM:
        best = from_bytes(data[:_DETECTOR_SAMPLE]).best()
        if best is not None:
            yield best.encoding


def _known_encoding(name: str | None) -> str | None:
    """The codec's own name, or None for unknown ones and for codecs that are not of text."""
    if not name:
        return None
    try:
        information = codecs.lookup(name.strip().lower())
    except (LookupError, ValueError):
        return None
    is_text = getattr(information, "_is_text_encoding", True)
    return information.name if is_text and information.name not in _NOT_OF_TEXTS else None


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError, ValueError):
        return None


def _utf_16_by_zero_bytes(data: bytes) -> str | None:
    """UTF-16 if zero bytes fill one half of the pairs and are rare in the other."""
    sample = data[:4096]
    pairs = len(sample) // 2
    if pairs < 2:
        return None
    first, second = sample[0::2].count(0), sample[1::2].count(0)
    if second * 10 >= pairs * 4 and first * 20 <= pairs:
        return "utf-16-le"
    if first * 10 >= pairs * 4 and second * 20 <= pairs:
        return "utf-16-be"
    return None


def _is_cut(line: bytes, sample: bytes) -> bool:
    return len(sample) >= SAMPLE_BYTES and sample.endswith(line)


def _normalised(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
