"""The API's description, for programs as OpenAPI and for people as a page. Needs no index."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, url_for
from markupsafe import Markup

from web import interface
from web.caching import conditional
from web.errors import problem_kinds
from web.openapi import describe
from web.serialize import html_response, json_response
from web.service import service

blueprint = Blueprint("documentation", __name__)


@blueprint.get("/api/v1/openapi.json")
def openapi() -> Response:
    """OpenAPI 3.1."""
    return conditional("", "openapi", lambda: json_response(_description()))


@blueprint.get("/api/docs")
def page() -> Response:
    """The same to read; no script, nothing foreign."""

    def build() -> Response:
        html = render_template(
            "documentation.html",
            api=_description(),
            openapi_link=Markup('<a href="{}">OpenAPI 3.1</a>').format(url_for("documentation.openapi")),
            code=Markup("<code>{}</code>").format,
            problems=problem_kinds(),
        )
        return html_response(html)

    return conditional("", ("documentation", interface.language(), interface.stated()), build)


def _description() -> dict[str, object]:
    one = service()
    return describe(one.collection, one.web.public_url)
