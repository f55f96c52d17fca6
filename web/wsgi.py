"""The application gunicorn serves: `gunicorn --config web/gunicorn_conf.py web.wsgi:app`."""

from __future__ import annotations

import os
import sys
from functools import partial

from search.errors import ConfigurationError
from search.searcher import Searcher
from web import create_app, interface
from web.request_log import configure_logging
from web.settings import WebSettings
from web.unsafe import refuse_unsafe

#: What tells gunicorn, in master and worker alike, that starting again would not help.
_NEVER_BOOTS = 3

configure_logging()
try:
    _settings = WebSettings.from_environment(os.environ)
    refuse_unsafe(_settings, os.environ)
    app = create_app(
        _settings,
        partial(
            Searcher.open,
            fall_back=True,
            deadline=_settings.deadline_seconds,
            cluster=_settings.cluster,
        ),
    )
except ConfigurationError as error:
    print(f"web: {error}", file=sys.stderr)
    sys.exit(_NEVER_BOOTS)
# What the first page would otherwise wait for: 0.3 s for names of languages and for templates. Workers are
# copies of the process that did it.
interface.languages()
for _name in app.jinja_env.list_templates():
    app.jinja_env.get_template(_name)
