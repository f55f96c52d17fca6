"""Is the server set up so that it gives away nothing and answers quickly? By its environment, mostly."""

from __future__ import annotations

import json
import os
import stat
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from indexer.doctor.deployment import Deployment
from indexer.doctor.finding import FRAGILE, NOTE, SLOW, UNSAFE, Finding
from search.access import STRICT, bound_hosts, is_loopback, is_public, may_write

#: Values of FLASK_DEBUG that mean no, as Flask has it.
_NOT_DEBUG = frozenset(("", "0", "false", "no"))
#: Workers per core beyond which they only wait for each other.
_MOST_WORKERS = 4
_TIMEOUT = 5.0
#: Seconds that two clocks may differ.
_APART = 30


def root(deployment: Deployment) -> Iterator[Finding]:
    """Does the server run as root?"""
    if deployment.web_user.user != 0:
        return
    if deployment.named:
        yield Finding(
            UNSAFE,
            "root",
            "the server runs as root: whoever takes it over has the machine, and can change the index",
            "run it as a user of its own (docs/operations.md, Users and rights)",
        )
    else:
        yield Finding(
            UNSAFE,
            "root",
            "nobody said as which user the server runs, and this is root: what it may write is not known",
            "indexer doctor --web-user NAME",
        )


def debug(deployment: Deployment) -> Iterator[Finding]:
    """Is anything on that only developers want?"""
    if deployment.environment.get("FLASK_DEBUG", "").lower() not in _NOT_DEBUG:
        yield Finding(
            UNSAFE, "debug", "FLASK_DEBUG is on: errors tell more than visitors should know", "unset it"
        )
    arguments = deployment.environment.get("GUNICORN_CMD_ARGS", "").split()
    for option in ("--reload", "--spew"):
        if option in arguments:
            yield Finding(
                UNSAFE, "debug", f"GUNICORN_CMD_ARGS has {option}, which is for developers", "remove it"
            )
    if deployment.environment.get("LOG_LEVEL", "").lower() in ("debug", "trace"):
        yield Finding(
            SLOW, "debug", "LOG_LEVEL is debug: gunicorn writes a line for each request", "LOG_LEVEL=info"
        )


def wildcard_with_keys(deployment: Deployment) -> Iterator[Finding]:
    """May every page on the web use keys that visitors hold?"""
    origins = deployment.environment.get("SEARCH_CORS_ORIGINS", "").replace(" ", "").split(",")
    if "*" in origins and deployment.environment.get("SEARCH_MEILISEARCH_KEYS", "").strip(" ,"):
        yield Finding(
            UNSAFE,
            "wildcard_with_keys",
            "SEARCH_CORS_ORIGINS is * although SEARCH_MEILISEARCH_KEYS asks for keys: pages of any site can "
            "ask with a key that a visitor's browser has been given",
            "name the origins of your pages in SEARCH_CORS_ORIGINS",
        )


def control_socket(deployment: Deployment) -> Iterator[Finding]:
    """Can gunicorn be steered from outside?"""
    arguments = deployment.environment.get("GUNICORN_CMD_ARGS", "")
    if "--control-socket" in arguments and "--no-control-socket" not in arguments:
        yield Finding(
            UNSAFE,
            "control_socket",
            "GUNICORN_CMD_ARGS opens gunicorn's control socket",
            "remove it; web/gunicorn_conf.py keeps it closed",
        )
    for path in _control_sockets(deployment):
        try:
            mode = path.stat().st_mode
        except OSError:
            continue
        if stat.S_ISSOCK(mode):
            yield Finding(
                UNSAFE,
                "control_socket",
                f"{path}: a gunicorn on this machine has its control socket open",
                "start it with --config web/gunicorn_conf.py, which keeps it closed, or --no-control-socket",
            )


def _control_sockets(deployment: Deployment) -> list[Path]:
    """Where gunicorn puts it unless told otherwise."""
    environment, user = deployment.environment, deployment.web_user
    folders = [Path(environment.get("XDG_RUNTIME_DIR") or f"/run/user/{user.user}")]
    homes = {environment.get("HOME", ""), os.path.expanduser(f"~{user.name}")}
    folders += [Path(home) / ".gunicorn" for home in sorted(homes) if home.startswith("/")]
    return [folder / "gunicorn.ctl" for folder in folders]


def metrics(deployment: Deployment) -> Iterator[Finding]:
    """Can visitors read the counters?"""
    hosts = [host for host in bound_hosts(deployment.environment) if not is_loopback(host)]
    if hosts:
        yield Finding(
            UNSAFE,
            "metrics",
            f"BIND lets everybody who reaches {hosts[0]} ask the server itself, /metrics included, without "
            "the proxy that takes slow clients",
            "bind to 127.0.0.1 or a socket and put a proxy in front that keeps /metrics to itself",
        )


def public_address(deployment: Deployment) -> Iterator[Finding]:
    """Does the service know its address? Links, feeds and the search description carry it."""
    stated = deployment.environment.get("PUBLIC_URL") or deployment.settings.public_url
    behind = deployment.environment.get("SEARCH_TRUST_PROXY") == "1" or is_public(deployment.environment)
    if behind and not stated:
        yield Finding(
            FRAGILE,
            "public_address",
            "the server is behind a proxy or public, but PUBLIC_URL is not set: links lead to 127.0.0.1",
            "PUBLIC_URL=https://the.site",
        )


def trusted_proxy(deployment: Deployment) -> Iterator[Finding]:
    """Is what says where a request came from written by somebody who can be believed?"""
    environment = deployment.environment
    trusted = environment.get("SEARCH_TRUST_PROXY") == "1"
    open_hosts = [host for host in bound_hosts(environment) if not is_loopback(host)]
    if trusted and open_hosts:
        yield Finding(
            UNSAFE,
            "trusted_proxy",
            f"SEARCH_TRUST_PROXY=1, but {open_hosts[0]} can be reached without a proxy: visitors can write "
            "the address they seem to come from, and pass by rate limits",
            "bind to 127.0.0.1 or a socket, or SEARCH_TRUST_PROXY=0",
        )
    elif not trusted and is_public(environment) and not open_hosts:
        limited = environment.get("SEARCH_RATE_LIMIT", "0").strip() not in ("", "0", "0.0")
        yield Finding(
            FRAGILE if limited else NOTE,
            "trusted_proxy",
            "SEARCH_TRUST_PROXY is not set behind what seems to be a proxy: all visitors have its address"
            + (", and share one rate limit" if limited else ""),
            "SEARCH_TRUST_PROXY=1, if the proxy sets X-Forwarded-For itself",
        )


def strictness(deployment: Deployment) -> Iterator[Finding]:
    """Would the server refuse to start if it could write its index?"""
    stated, address = deployment.environment.get(STRICT), deployment.settings.public_url
    if stated == "0" and is_public(deployment.environment):
        yield Finding(
            UNSAFE, "strictness", f"{STRICT}=0: the server starts however unsafe it is", f"remove {STRICT}"
        )
    elif not stated and not is_public(deployment.environment) and not is_loopback(_host(address)):
        yield Finding(
            NOTE,
            "strictness",
            f"search.toml names {address}, but nothing in the environment says that this machine serves it",
            f"{STRICT}=1 where it does: then the server refuses to start with an index it could write",
        )


def _host(address: str | None) -> str | None:
    return urlsplit(address or "").hostname


def workers(deployment: Deployment) -> Iterator[Finding]:
    """Are there as many workers as cores can feed?"""
    count, cores = deployment.workers, deployment.machine.cores
    if count == 1:
        yield Finding(
            SLOW,
            "workers",
            "one worker: everybody waits for the slowest query",
            f"WEB_CONCURRENCY={cores + 1}, or leave it out",
        )
    elif count > _MOST_WORKERS * cores:
        yield Finding(
            SLOW,
            "workers",
            f"{count} workers for {cores} cores: searching is computing, more only wait for each other",
            f"WEB_CONCURRENCY={cores + 1}, or leave it out",
        )


def logged_queries(deployment: Deployment) -> Iterator[Finding]:
    """Does the log hold what visitors typed?"""
    if deployment.environment.get("SEARCH_LOG_QUERIES") == "1":
        yield Finding(
            NOTE,
            "logged_queries",
            "SEARCH_LOG_QUERIES=1: the log holds what visitors typed, with the time and their request",
            "turn it off when what was looked for is found; `indexer report queries` has a log of its own",
        )


def query_log(deployment: Deployment) -> Iterator[Finding]:
    """Is what is asked kept from those it is no business of, and can it be written?"""
    stated = deployment.environment.get("SEARCH_QUERY_LOG")
    if not stated or not Path(stated).is_dir():
        return
    folder = Path(stated)
    for path in (folder, *sorted(folder.glob("queries-*.jsonl"))):
        if path.lstat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
            yield Finding(
                UNSAFE,
                "query_log",
                f"{path}: every user of this machine can read what visitors asked",
                f"chmod -R o= {folder}",
            )
            break
    if deployment.named and not may_write(folder, deployment.web_user):
        yield Finding(
            FRAGILE,
            "query_log",
            f"{folder}: {deployment.web_user.name} cannot write it, nothing is kept",
            f"chown {deployment.web_user.name} {folder}",
        )


def live_answers(deployment: Deployment) -> Iterator[Finding]:
    """What does the running site itself say, from here?"""
    if not deployment.url:
        return
    site = deployment.url.rstrip("/")
    status, headers, body = _asked(f"{site}/readyz")
    if status == 0:
        yield Finding(FRAGILE, "live_answers", f"{site} does not answer: {body}", "is the server running?")
        return
    if status != 200:
        yield Finding(
            FRAGILE,
            "live_answers",
            f"{site}/readyz answers {status}: {_detail(body)}",
            "docs/failure-modes.md",
        )
    told = _json(body).get("generation")
    if deployment.manifest is not None and told not in (None, deployment.manifest.generation):
        yield Finding(
            FRAGILE,
            "live_answers",
            f"{site} answers from generation {told}, the live one of {deployment.index} is "
            f"{deployment.manifest.generation}",
            "is it the same index? Else look into the server's log: it could not open the new one",
        )
    if _asked(f"{site}/metrics")[0] == 200 and not is_loopback(_host(site)):
        yield Finding(
            UNSAFE, "live_answers", f"{site}/metrics answers to everybody", "let the proxy keep it to itself"
        )
    try:
        apart = parsedate_to_datetime(headers["Date"]).timestamp() - time.time()
    except (KeyError, ValueError, TypeError):
        return
    if abs(apart) > _APART:
        yield Finding(
            FRAGILE,
            "clock",
            f"the clock of {site} is {apart:+.0f} s from this one",
            "timedatectl set-ntp true",
        )


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """An answer from elsewhere is not the site's."""

    def redirect_request(self, *_arguments: Any, **_more: Any) -> None:
        return None


def _asked(address: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and body of an answer; status 0 and the reason where there is none."""
    opener = urllib.request.build_opener(_NoRedirects)
    try:
        with opener.open(address, timeout=_TIMEOUT) as answer:
            return answer.status, dict(answer.headers), answer.read(65_536).decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read(65_536).decode("utf-8", "replace")
    except (OSError, ValueError) as error:
        return 0, {}, str(getattr(error, "reason", error))


def _json(body: str) -> dict[str, Any]:
    try:
        values = json.loads(body)
    except ValueError:
        return {}
    return values if isinstance(values, dict) else {}


def _detail(body: str) -> str:
    return str(_json(body).get("detail") or body[:200])
