"""The HTTP side: pages for people, JSON for programs; it asks the searcher and never writes to the index.

`create_app` puts the rooms together: limits and log around every request, one blueprint
each for pages, API and health, and one error layer for all of them. Nothing is decided here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from search.configuration import Settings
from search.searcher import Searcher
from web import (
    api,
    caching,
    documentation,
    errors,
    headers,
    health,
    limits,
    metrics,
    pages,
    request_log,
    routing,
)
from web.service import Service
from web.settings import WebSettings
from web.wording import ENGLISH

__all__ = ["WebSettings", "create_app"]


def create_app(web: WebSettings, open_searcher: Callable[[Path, Settings], Searcher]) -> Flask:
    """Build the WSGI application.

    `open_searcher` is `Searcher.open` in production. It is tried at once and, while there
    is no index, again at each request: the process starts either way and says 503 until then.
    """
    app = Flask("web", static_folder="static", template_folder="templates")
    app.config.update(MAX_CONTENT_LENGTH=web.max_body_bytes, PROPAGATE_EXCEPTIONS=False)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.url_map.merge_slashes = False
    app.url_map.converters["document_id"] = routing.DocumentIdConverter
    version = _code_version(Path(__file__).parent)
    app.extensions["service"] = Service(web, open_searcher, wording=ENGLISH, version=version)
    app.extensions["metrics"] = metrics.Metrics(web.metrics_directory)
    app.extensions["service"].try_to_open()

    # Flask runs the after-request hooks in reverse: the log is registered first, so it sees the final answer.
    request_log.install(app)
    headers.install(app)
    caching.install(app)
    limits.install(app, web)
    errors.install(app)
    for room in (api, documentation, health, pages):
        app.register_blueprint(room.blueprint)
    if web.trust_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
    return app


def _code_version(folder: Path) -> str:
    """A short hash of code, templates and assets, so that a new release never revalidates an old page."""
    digest = hashlib.blake2b(digest_size=6)
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".py", ".html", ".xml", ".css", ".js", ".svg"}:
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
