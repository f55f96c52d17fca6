"""Is this the code that analysed an index, to the letter?

The fingerprint (`fingerprint.py`) says what the analysis does, which takes a fifth of a second to find
out. Code, tables and libraries that are the same, byte for byte, do the same: an index keeps their
hash, and whoever meets it again need not try.
"""

from __future__ import annotations

import hashlib
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

#: Libraries that terms depend on.
_LIBRARIES = ("PyStemmer", "Unidecode", "anyascii")

# Of code with this hash, the hash of what it does.
_known: dict[str, str] = {}


@cache
def code_hash() -> str:
    """Sixteen hexadecimal digits, of everything in this package, its libraries and Python itself."""
    digest = hashlib.sha256(sys.version.encode())
    for name in _LIBRARIES:
        try:
            digest.update(f"{name} {version(name)}\n".encode())
        except PackageNotFoundError:
            digest.update(f"{name} -\n".encode())
    folder = Path(__file__).parent
    for path in sorted(path for path in folder.rglob("*") if path.suffix != ".pyc" and path.is_file()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder)} {len(content)}\n".encode("utf-8", "surrogatepass"))
        digest.update(content)
    return digest.hexdigest()[:16]


def remember(code: str, does: str) -> None:
    """Code with the hash `code` does what the hash `does` stands for, an index says."""
    if code and does:
        _known[code] = does


def known() -> str:
    """The hash of what this code does, as far as somebody has said; empty if nobody has."""
    return _known.get(code_hash(), "") if _known else ""
