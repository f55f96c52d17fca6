"""Is this a deployment that must not be served? Asked once, before anything is opened.

Two things are refused: an index that the server itself could rewrite, and debug mode. Either only where
visitors from elsewhere can reach the service, or `SEARCH_STRICT=1` asks for it: on a developer's machine one
user builds and serves (docs/adr/0013). Where a cluster holds the index, the folder is the server's own copy
of a part of it, compared with what the cluster says when it is fetched: that one the server must write.
Everything else that is unsafe is for `indexer doctor` to name.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask.helpers import get_debug_flag

from search.access import STRICT, is_strict, this_account, writable_parts
from search.errors import ConfigurationError
from web.settings import WebSettings


def refuse_unsafe(web: WebSettings, environment: Mapping[str, str]) -> None:
    """Raises `ConfigurationError` that says what is unsafe, and what to do."""
    if not is_strict(environment):
        return
    if get_debug_flag():
        raise ConfigurationError(
            f"FLASK_DEBUG is on, and visitors can reach this server: unset it; {STRICT}=0 serves all the same"
        )
    if web.cluster is not None:
        return
    account = this_account()
    writable = writable_parts(web.index, account)
    if writable:
        more = f" and {len(writable) - 1} more" if len(writable) > 1 else ""
        raise ConfigurationError(
            f"the server runs as {account.name}, who can write {writable[0]}{more}: whoever takes over the "
            "server could change the index. Let another user own and build it, and this one only read it "
            f"(docs/operations.md, Users and rights); {STRICT}=0 serves all the same"
        )
