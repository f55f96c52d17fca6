"""The application with its words unchanged but written from right to left, to look at the mirrored page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from web import interface
from web.wording import Wording
from web.wsgi import app

_wording_for = interface.wording_for


def _mirrored(tag: str, *nouns: Any) -> Wording:
    return replace(_wording_for(interface.ENGLISH, *nouns), language="ar", direction="rtl")


interface.wording_for = _mirrored  # type: ignore[assignment]

__all__ = ["app"]
