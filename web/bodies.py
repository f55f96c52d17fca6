"""The JSON body of a POST → Python values, or the reason why not."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from flask import request
from werkzeug.exceptions import UnsupportedMediaType

from search.errors import RequestError


def json_body() -> Any:
    """The request's body.

    Raises 413 (too large) and 415 (not announced as JSON) as HTTP errors, and
    `RequestError` for what is no JSON, nested beyond reason or not UTF-8.
    """
    if request.mimetype != "application/json":
        raise UnsupportedMediaType()
    raw = request.get_data(cache=False)
    try:
        return json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise RequestError({"body": f"is not valid JSON: {reason[:200]}"}) from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
