"""The least a Flask application can do: the same bytes for everyone. What HTTP itself costs."""

from __future__ import annotations

import os

from flask import Flask, Response

SIZE_VARIABLE = "BENCHMARK_ANSWER_BYTES"

app = Flask("bare")
_answer = b'"' + b"x" * max(0, int(os.environ.get(SIZE_VARIABLE) or 0) - 2) + b'"'


@app.get("/")
def answer() -> Response:
    """A JSON string of the size asked for."""
    return Response(_answer, content_type="application/json")
