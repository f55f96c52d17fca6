"""The application gunicorn serves: `gunicorn --config web/gunicorn_conf.py web.wsgi:app`."""

from __future__ import annotations

import os
from functools import partial

from search.searcher import Searcher
from web import create_app
from web.request_log import configure_logging
from web.settings import WebSettings

configure_logging()
app = create_app(WebSettings.from_environment(os.environ), partial(Searcher.open, fall_back=True))
