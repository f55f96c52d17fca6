"""How this process serves: everything the environment may set about the HTTP side.

What a collection is (facets, sort keys, names) lives in `search.configuration`; here is only
what differs from one deployment to the next. `VARIABLES` is the table the documentation reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from search.configuration import Settings, load_settings
from search.errors import ConfigurationError

#: Environment variable → what it means. The defaults are those of `WebSettings`.
VARIABLES: dict[str, str] = {
    "SEARCH_INDEX": "folder of the index; default var/index",
    "SEARCH_CONFIG": "the collection's search.toml; default: search.toml if present",
    "PORT": "TCP port; default 8000",
    "PUBLIC_URL": "address of the site as visitors see it; default http://127.0.0.1:PORT",
    "SEARCH_DEADLINE_SECONDS": "a query is stopped after this many seconds; default 2, 0 is never",
    "SEARCH_MAX_CONCURRENT": "requests answered at once by one worker process; default 16",
    "SEARCH_MAX_WAIT_SECONDS": "requests that waited longer in front of us are refused; default 5",
    "SEARCH_RATE_LIMIT": "requests per second, address and worker; default 0, which is no limit",
    "SEARCH_CACHE_MB": "memory of a worker for answers that may be asked for again; default 8, 0 keeps none",
    "SEARCH_TRUST_PROXY": "1: believe the X-Forwarded-For and X-Request-Start of a proxy; default 0",
    "BIND": "address gunicorn listens on; default 127.0.0.1:PORT",
    "WEB_CONCURRENCY": "worker processes; default cores + 1",
    "SEARCH_PRELOAD": "0: each worker loads the program for itself, so that SIGHUP reloads code; default 1",
    "SEARCH_WORKER_ADDRESS_SPACE_MB": "address space of a worker, mapped index included; default no limit",
    "LOG_LEVEL": "of gunicorn's own messages; default info",
    "PROMETHEUS_MULTIPROC_DIR": "folder where workers share their metrics; gunicorn_conf.py sets it",
}


@dataclass(frozen=True, slots=True)
class WebSettings:
    """The deployment. Times in seconds, sizes in bytes."""

    index: Path = Path("var/index")
    collection: Settings = field(default_factory=Settings)
    public_url: str = "http://127.0.0.1:8000"
    max_body_bytes: int = 64 * 1024
    max_query_string_bytes: int = 128 * 1024
    deadline_seconds: float = 2.0
    max_concurrent: int = 16
    max_wait_seconds: float = 5.0
    rate_limit: float = 0.0
    cache_bytes: int = 16 * 1024 * 1024
    trust_proxy: bool = False
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
            public_url=_address(stated or f"http://127.0.0.1:{port}"),
            deadline_seconds=_number(environment, "SEARCH_DEADLINE_SECONDS", 2.0, 0, 60),
            max_concurrent=int(_number(environment, "SEARCH_MAX_CONCURRENT", 16, 1, 10_000)),
            max_wait_seconds=_number(environment, "SEARCH_MAX_WAIT_SECONDS", 5.0, 0.1, 600),
            rate_limit=_number(environment, "SEARCH_RATE_LIMIT", 0.0, 0, 1_000_000),
            cache_bytes=int(_number(environment, "SEARCH_CACHE_MB", 8, 0, 4096) * 1024 * 1024),
            trust_proxy=_flag(environment, "SEARCH_TRUST_PROXY"),
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


def _flag(environment: Mapping[str, str], name: str) -> bool:
    text = environment.get(name, "0")
    if text not in ("", "0", "1"):
        raise ConfigurationError(f"{name} must be 0 or 1, not {text!r}")
    return text == "1"


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigurationError(f"PUBLIC_URL must be an http or https address, not {text!r}")
    return text.rstrip("/")
