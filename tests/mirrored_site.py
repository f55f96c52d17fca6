"""The application with its words unchanged but written from right to left, to look at the mirrored page."""

from __future__ import annotations

from dataclasses import replace

from web.wsgi import app

_service = app.extensions["service"]
_service.wording = replace(_service.wording, language="ar", direction="rtl")

__all__ = ["app"]
