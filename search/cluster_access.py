"""Which engine holds the index, and how is a cluster reached? What the environment and the command line say.

A deployment's matter, as an address and a password are; what the index is called and how it is spread over
machines is the collection's (`search.configuration`). Nothing is connected here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from search.errors import ConfigurationError

WHOOSH, OPENSEARCH = "whoosh", "opensearch"
#: What `--engine` and `SEARCH_ENGINE` may be.
ENGINES = (WHOOSH, OPENSEARCH)

ENGINE, URL = "SEARCH_ENGINE", "SEARCH_ENGINE_URL"
USER, PASSWORD, AUTHORITY = "SEARCH_ENGINE_USER", "SEARCH_ENGINE_PASSWORD", "SEARCH_ENGINE_CA"
NAME = "SEARCH_ENGINE_NAME"
#: Environment variable → what it means.
VARIABLES: dict[str, str] = {
    ENGINE: "`whoosh` or `opensearch`: what holds the index; default whoosh",
    URL: "addresses of the OpenSearch cluster's nodes, comma separated: https://a:9200,https://b:9200",
    USER: "user at the cluster; default: none is sent",
    PASSWORD: "that user's password",
    AUTHORITY: "file with the certificates (PEM) that the cluster's is signed by; default: the system's",
    NAME: "what the index is called on the cluster; default: `name` of `[opensearch]` in search.toml",
}


@dataclass(frozen=True, slots=True)
class ClusterAccess:
    """Addresses of a cluster's nodes, who asks, whose signature its certificates need, and what the index is
    called there where the environment says so."""

    urls: tuple[str, ...]
    user: str = ""
    # No traceback and no log shows it.
    password: str = field(default="", repr=False)
    authority: Path | None = None
    name: str = ""

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str], *, engine: str | None = None, url: str | None = None
    ) -> ClusterAccess | None:
        """How the cluster is reached; None where the index is held by Whoosh. `engine` and `url` go before
        what the environment says.

        Raises `ConfigurationError` naming the variable at fault.
        """
        chosen = engine or environment.get(ENGINE) or WHOOSH
        if chosen not in ENGINES:
            raise ConfigurationError(f"{ENGINE} must be one of {', '.join(ENGINES)}, not {chosen!r}")
        if chosen == WHOOSH:
            return None
        stated = url or environment.get(URL, "")
        urls = tuple(dict.fromkeys(_node(one.strip()) for one in stated.split(",") if one.strip()))
        if not urls:
            raise ConfigurationError(
                f"the engine {OPENSEARCH} needs the address of a cluster: --engine-url or {URL}, "
                "for instance http://127.0.0.1:9200"
            )
        user, password = environment.get(USER, ""), environment.get(PASSWORD, "")
        if bool(user) != bool(password):
            missing = PASSWORD if user else USER
            raise ConfigurationError(f"{USER} and {PASSWORD} belong together: {missing} is missing")
        authority = Path(file) if (file := environment.get(AUTHORITY)) else None
        if authority is not None and not authority.is_file():
            raise ConfigurationError(f"{AUTHORITY}: {authority}: there is no such file")
        return cls(urls, user, password, authority, environment.get(NAME, ""))


def _node(url: str) -> str:
    """The address of a node in one form. What is wrong with it is told without what may be a password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        shown = re.sub(r"//[^/]*@", "//…@", url)
        raise ConfigurationError(f"{URL}: {shown!r} is no address such as https://search-1.example:9200")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    if parts.username or parts.password:
        raise ConfigurationError(
            f"{URL}: {host}: user and password belong into {USER} and {PASSWORD}, not into the address"
        )
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ConfigurationError(f"{URL}: {host}: a node is named without a path")
    return f"{parts.scheme}://{host}:{port or (443 if parts.scheme == 'https' else 9200)}"
