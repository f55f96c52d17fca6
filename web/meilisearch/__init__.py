"""For front ends that speak to Meilisearch: its routes for searching, answered from our index.

Shapes of requests and answers are those of Meilisearch's documentation; nothing here writes. What
differs is told in docs/meilisearch.md. The one name for others is `blueprint`.
"""

from __future__ import annotations

from web.meilisearch.routes import blueprint

__all__ = ["blueprint"]
