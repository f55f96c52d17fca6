"""The HTTP side: pages for people, JSON for programs; it asks the searcher and never writes to the index.

`create_app` puts the rooms together: limits and log around every request, one blueprint
each for pages, API and health, and one error layer for all of them. Nothing is decided here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from search.configuration import Settings
from search.searcher import Searcher
from web import (
    api,
    caching,
    compression,
    cors,
    direct,
    discovery,
    documentation,
    errors,
    headers,
    health,
    limits,
    meilisearch,
    metrics,
    own_host,
    pages,
    query_log,
    repeats,
    request_log,
    routing,
)
from web.service import Service
from web.settings import WebSettings

__all__ = ["WebSettings", "create_app"]


class _Application(Flask):
    """Flask without a look at each function of each request whether it is a coroutine: none is."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_app(web: WebSettings, open_searcher: Callable[[Path, Settings], Searcher]) -> Flask:
    """Build the WSGI application.

    `open_searcher` is `Searcher.open` in production. It is tried at once and, while there
    is no index, again at each request: the process starts either way and says 503 until then.
    """
    app = _Application("web", static_folder="static", template_folder="templates")
    app.config.update(MAX_CONTENT_LENGTH=web.max_body_bytes, PROPAGATE_EXCEPTIONS=False)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.url_map.merge_slashes = False
    app.url_map.converters["document_id"] = routing.DocumentIdConverter
    version = _code_version(Path(__file__).parent)
    app.extensions["service"] = Service(web, open_searcher, version=version)
    app.extensions["metrics"] = metrics.Metrics(web.metrics_directory)
    app.extensions["service"].try_to_open()

    # Flask runs the after-request hooks in reverse: the log is registered first, so it sees the final answer.
    request_log.install(app)
    compression.install(app)
    if web.query_log is not None:
        query_log.install(app, _query_log(web.query_log, web, app.extensions["metrics"]))
    caching.install(app)
    limit = limits.Limits(web)
    limit.install(app)
    errors.install(app)
    for room in (api, discovery, documentation, health, pages, meilisearch):
        app.register_blueprint(room.blueprint)
    app.wsgi_app = own_host.OwnHost(app.wsgi_app, web.public_url)  # type: ignore[method-assign]
    app.wsgi_app = headers.SecurityHeaders(app.wsgi_app)  # type: ignore[method-assign]
    found = (app.extensions["service"], app.extensions["metrics"], limit, query_log.of_application(app))
    app.wsgi_app = direct.DirectSearch(app.wsgi_app, *found)  # type: ignore[method-assign]
    if web.cache_bytes:
        app.wsgi_app = repeats.Repeats(app.wsgi_app, *found)  # type: ignore[method-assign]
    if web.cors_origins:
        app.wsgi_app = cors.CrossOrigin(app.wsgi_app, web.cors_origins)  # type: ignore[method-assign]
    if web.trust_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
    return app


def _query_log(folder: Path, web: WebSettings, counters: metrics.Metrics) -> query_log.QueryLog:
    return query_log.QueryLog(
        folder, days=web.query_log_days, limit=web.query_log_bytes, dropped=counters.count_not_logged
    )


def _code_version(folder: Path) -> str:
    """A short hash of code, templates and assets, so that a new release never revalidates an old page."""
    digest = hashlib.blake2b(digest_size=6)
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".py", ".html", ".xml", ".css", ".js", ".svg", ".po"}:
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
