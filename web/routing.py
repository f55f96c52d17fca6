"""How document ids appear in addresses."""

from __future__ import annotations

from werkzeug.routing import BaseConverter


class DocumentIdConverter(BaseConverter):
    """Any non-empty id: slashes, spaces and line breaks included.

    Werkzeug's own `path` refuses a leading slash and line breaks, and an id may have both.
    """

    part_isolating = False
    regex = r"[\s\S]+?"
    weight = 200
