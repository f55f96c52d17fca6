"""The application gunicorn serves: `gunicorn --config web/gunicorn_conf.py web.wsgi:app`."""

from __future__ import annotations

import os
from functools import partial

from search.searcher import Searcher
from web import create_app
from web.request_log import configure_logging
from web.settings import WebSettings

configure_logging()
_settings = WebSettings.from_environment(os.environ)
app = create_app(_settings, partial(Searcher.open, fall_back=True, deadline=_settings.deadline_seconds))
