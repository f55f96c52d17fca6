"""Where is the shared data? Tests that need it skip without it and say so; CI must have it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_ROOT = Path(__file__).parent.parent
SHARED = Path(os.environ.get("SHARED") or _ROOT.parent / "shared")
if not SHARED.is_absolute():
    SHARED = (_ROOT / SHARED).resolve()

needs_shared = pytest.mark.skipif(
    not (SHARED / "data").is_dir(), reason="needs the shared data: set SHARED to its folder"
)
