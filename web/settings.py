"""How this process serves: everything the environment may set about the HTTP side.

What a collection is (facets, sort keys, names) lives in `search.configuration`; here is only
what differs from one deployment to the next. `VARIABLES` is the table the documentation reads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from search.cluster_access import VARIABLES as OF_CLUSTERS
from search.cluster_access import ClusterAccess
from search.configuration import Settings, load_settings
from search.errors import ConfigurationError

#: An origin as browsers send it: no path, no user.
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:.]+\](:[0-9]{1,5})?")
_INDEX_NAME = re.compile(r"[A-Za-z0-9_-]{1,400}")
#: Environment variable → what it means. The defaults are those of `WebSettings`.
VARIABLES: dict[str, str] = {
    "SEARCH_INDEX": "folder of the index; default var/index",
    "SEARCH_CONFIG": "the collection's search.toml; default: search.toml if present",
    **OF_CLUSTERS,
    "PORT": "TCP port; default 8000",
    "PUBLIC_URL": "address of the site as visitors see it; default http://127.0.0.1:PORT",
    "SEARCH_DEADLINE_SECONDS": "a query is stopped after this many seconds; default 2, 0 is never",
    "SEARCH_MAX_CONCURRENT": "requests answered at once by one worker process; default 16",
    "SEARCH_MAX_WAIT_SECONDS": "requests that waited longer in front of us are refused; default 5",
    "SEARCH_RATE_LIMIT": "requests per second of one address, over all workers; default 0, which is no limit",
    "SEARCH_CACHE_MB": "memory of a worker for answers that may be asked for again; default 8, 0 keeps none",
    "SEARCH_QUERY_LOG": "folder of the query log that `indexer report queries` reads; default: none is kept",
    "SEARCH_QUERY_LOG_DAYS": "days of the query log that are kept; default 30",
    "SEARCH_QUERY_LOG_MB": "size of the query log, of which the oldest day goes first; default 50",
    "SEARCH_MEILISEARCH_INDEXES": "names of the index for Meilisearch's clients, comma separated, `*`: any; "
    "default: what the collection calls its documents, `films`",
    "SEARCH_MEILISEARCH_KEYS": "search keys for Meilisearch's routes, comma separated; default: none needed",
    "SEARCH_COMPRESS": "0: answers are never packed, for instance because a proxy does it; default 1",
    "SEARCH_CORS_ORIGINS": "origins whose pages may ask from a browser, comma separated, or *; default none",
    "SEARCH_LOG_QUERIES": "1: the log holds what visitors typed; default 0, its length only",
    "SEARCH_TRUST_PROXY": "1: believe the X-Forwarded-For and X-Request-Start of a proxy; default 0",
    "SEARCH_STRICT": "1: refuse to start with debug on or an index that the server could write, 0: never "
    "refuse; default: refuse if BIND or PUBLIC_URL is not of this machine alone",
    "BIND": "address gunicorn listens on; default 127.0.0.1:PORT",
    "WEB_CONCURRENCY": "worker processes; default cores + 1",
    "SEARCH_PRELOAD": "0: each worker loads the program for itself, so that SIGHUP reloads code; default 1",
    "SEARCH_WORKER_ADDRESS_SPACE_MB": "address space of a worker, mapped index included; default no limit",
    "SEARCH_WORKER_MEMORY_MB": "memory a worker may take beyond what it starts with, the mapped index apart; "
    "default 2048, 0 is no limit",
    "LOG_LEVEL": "of gunicorn's own messages; default info",
    "PROMETHEUS_MULTIPROC_DIR": "folder where workers share their metrics; gunicorn_conf.py sets it",
}


@dataclass(frozen=True, slots=True)
class WebSettings:
    """The deployment. Times in seconds, sizes in bytes. `cluster`: what holds the index; None is Whoosh."""

    index: Path = Path("var/index")
    collection: Settings = field(default_factory=Settings)
    cluster: ClusterAccess | None = None
    public_url: str = "http://127.0.0.1:8000"
    max_body_bytes: int = 64 * 1024
    max_query_string_bytes: int = 128 * 1024
    deadline_seconds: float = 2.0
    max_concurrent: int = 16
    max_wait_seconds: float = 5.0
    rate_limit: float = 0.0
    cache_bytes: int = 16 * 1024 * 1024
    query_log: Path | None = None
    query_log_days: int = 30
    query_log_bytes: int = 50_000_000
    compress: bool = True
    cors_origins: tuple[str, ...] = ()
    log_queries: bool = False
    trust_proxy: bool = False
    meilisearch_indexes: tuple[str, ...] = ()
    meilisearch_keys: tuple[str, ...] = ()
    metrics_directory: Path | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], *, folder: Path = Path()) -> WebSettings:
        """Read the environment; `folder` is where an unnamed `search.toml` is looked for.

        Raises `ConfigurationError` naming the variable, or the file and key, at fault.
        """
        collection = load_settings(_configuration_path(environment, folder))
        port = int(_number(environment, "PORT", 8000, 1, 65_535))
        stated = environment.get("PUBLIC_URL") or collection.public_url
        metrics = environment.get("PROMETHEUS_MULTIPROC_DIR")
        return cls(
            index=Path(environment.get("SEARCH_INDEX") or "var/index"),
            collection=collection,
            cluster=ClusterAccess.from_environment(environment),
            public_url=_address(stated or f"http://127.0.0.1:{port}"),
            deadline_seconds=_number(environment, "SEARCH_DEADLINE_SECONDS", 2.0, 0, 60),
            max_concurrent=int(_number(environment, "SEARCH_MAX_CONCURRENT", 16, 1, 10_000)),
            max_wait_seconds=_number(environment, "SEARCH_MAX_WAIT_SECONDS", 5.0, 0.1, 600),
            rate_limit=_number(environment, "SEARCH_RATE_LIMIT", 0.0, 0, 1_000_000),
            cache_bytes=int(_number(environment, "SEARCH_CACHE_MB", 8, 0, 4096) * 1024 * 1024),
            query_log=Path(log) if (log := environment.get("SEARCH_QUERY_LOG")) else None,
            query_log_days=int(_number(environment, "SEARCH_QUERY_LOG_DAYS", 30, 1, 3660)),
            query_log_bytes=int(_number(environment, "SEARCH_QUERY_LOG_MB", 50, 1, 100_000) * 1_000_000),
            compress=_flag(environment, "SEARCH_COMPRESS", default="1"),
            cors_origins=_origins(environment, "SEARCH_CORS_ORIGINS"),
            log_queries=_flag(environment, "SEARCH_LOG_QUERIES"),
            trust_proxy=_flag(environment, "SEARCH_TRUST_PROXY"),
            meilisearch_indexes=_index_names(environment, "SEARCH_MEILISEARCH_INDEXES"),
            meilisearch_keys=_listed(environment, "SEARCH_MEILISEARCH_KEYS"),
            metrics_directory=Path(metrics) if metrics else None,
        )


def _configuration_path(environment: Mapping[str, str], folder: Path) -> Path | None:
    stated = environment.get("SEARCH_CONFIG")
    if stated:
        return Path(stated)
    usual = folder / "search.toml"
    return usual if usual.is_file() else None


def _number(environment: Mapping[str, str], name: str, default: float, low: float, high: float) -> float:
    text = environment.get(name, "")
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        raise ConfigurationError(f"{name} must be a number from {low:g} to {high:g}, not {text!r}")
    return value


def _listed(environment: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in environment.get(name, "").split(",") if part.strip()))


def _index_names(environment: Mapping[str, str], name: str) -> tuple[str, ...]:
    names = _listed(environment, name)
    for one in names:
        if one != "*" and not _INDEX_NAME.fullmatch(one):
            raise ConfigurationError(
                f"{name}: an index may have letters, digits, - and _ in its name, not {one!r}"
            )
    return names


def _flag(environment: Mapping[str, str], name: str, default: str = "0") -> bool:
    text = environment.get(name) or default
    if text not in ("0", "1"):
        raise ConfigurationError(f"{name} must be 0 or 1, not {text!r}")
    return text == "1"


def _origins(environment: Mapping[str, str], name: str) -> tuple[str, ...]:
    origins = tuple(one.rstrip("/") for one in _listed(environment, name))
    for one in origins:
        if one != "*" and not _ORIGIN.fullmatch(one):
            raise ConfigurationError(
                f"{name} must be * or origins such as https://films.example, not {one!r}"
            )
    return origins


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigurationError(f"PUBLIC_URL must be an http or https address, not {text!r}")
    return text.rstrip("/")
