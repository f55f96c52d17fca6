"""A few films served to Meilisearch's clients, and where those clients are installed.

The clients come from npm and PyPI in the versions of tests/meilisearch_clients/package.json and of the
lock file. They are installed apart from the sources: `MEILISEARCH_CLIENTS` names the folder, which is
.venv/meilisearch_clients unless it says otherwise.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from browser_site import missing

from benchmarks.server import HOST, served

PROJECT = Path(__file__).resolve().parent.parent
SCRIPTS = PROJECT / "tests" / "meilisearch_clients"
CLIENTS = Path(os.environ.get("MEILISEARCH_CLIENTS") or PROJECT / ".venv" / "meilisearch_clients")
UID = "films"


def film(
    id: str, title: str, language: str, year: int, genre: str, country: str, text: str, **more: Any
) -> dict[str, Any]:
    """A document; genres and countries are separated by commas."""
    values = {"genre": genre.split(","), "country": country.split(","), "year": year, "text": text}
    return {"id": id, "title": title, "language": language, **values, **more}


FILMS: list[dict[str, Any]] = [
    film("lantern", "The Lantern Keeper", "en", 1958, "Drama", "GB", rating=7.4,
         text="On a rock in the sea a keeper writes letters to ships that never answer. One night a lantern "
              "on the horizon answers him, and the winter becomes a long conversation of light."),
    film("harbour", "Harbour Nights", "en", 1963, "Drama,Crime", "GB,FR", rating=6.1,
         text="A customs officer follows a smuggled lantern through the fog of a northern harbour."),
    film("orchard", "The Orchard Thieves", "en", 1971, "Comedy", "US", rating=5.5,
         text="Three sisters steal apples from the richest farmer of the valley and start a cider war."),
    film("train", "Il treno del mattino", "it", 1954, "Drama,Romance", "IT", rating=8.0,
         text="Ogni mattina lo stesso treno porta una sarta e un pittore in città, senza una parola."),
    film("piazza", "Piazza senza orologio", "it", 1972, "Comedy", "IT,FR", rating=6.8,
         text="In un paese rubano l'orologio della piazza e nessuno sa più quando pranzare."),
    film("snow", "Снег над рекой", "ru", 1966, "Drama,War", "SU", rating=7.9,
         text="Паромщик перевозит солдат через реку и каждую ночь ждёт сына."),
    film("kiosk", "Le kiosque à musique", "fr", 1988, "Comedy,Music", "FR", rating=6.3,
         text="Une fanfare de retraités défend son kiosque contre un promoteur."),
    film("bridge", "橋の下の手紙", "ja", 1959, "Drama", "JP", rating=8.3, original_title="橋の下の手紙",
         text="橋の下に住む少年が、川を流れてくる手紙を読む。"),
    film("mask", "Die Maske im Schnee", "de", 1931, "Thriller,Crime", "DE", rating=7.0,
         text="Ein Kommissar jagt durch ein verschneites Dorf einen Dieb, der nur bei Vollmond stiehlt."),
    film("comet", "Comet Season", "en", 2004, "Science Fiction,Drama", "US,GB", rating=7.2,
         text="While a comet passes, a village agrees to tell nothing but the truth for seven days."),
    film("ferry", "The Last Ferry", "en", 2011, "Drama,Romance", "GB", rating=6.9,
         text="The last ferry of the year leaves two strangers and a piano on an island."),
    film("salt", "Salt and Honey", "en", 2019, "Documentary", "US", rating=None,
         text="Beekeepers and salt workers of one coast, filmed over ten summers. <b>No narrator</b> & no "
              "music."),
]  # fmt: skip


def films() -> list[dict[str, Any]]:
    """The documents as an admin would have them in a file: without what is not known."""
    return [{key: value for key, value in row.items() if value is not None} for row in FILMS]


@contextlib.contextmanager
def serving(folder: Path, **environment: str) -> Iterator[str]:
    """The address of the index in `folder`, served as in production."""
    stated = {"SEARCH_INDEX": str(folder / "index"), "WEB_CONCURRENCY": "1", "SEARCH_RATE_LIMIT": "0"}
    log = folder / "meilisearch.log"
    with served("web.wsgi:app", ready="/readyz", log=log, environment={**stated, **environment}) as port:
        yield f"http://{HOST}:{port}"


def installed_clients(folder: Path) -> Path:
    """A copy in `folder` of the scripts, next to the installed packages. Skips without Node.js or the
    packages; fails in CI, which installs both."""
    if shutil.which("node") is None:
        missing("needs Node.js 20 or later")
    if not (CLIENTS / "node_modules" / "meilisearch").is_dir():
        missing(
            f"needs the clients: {CLIENTS} has none (copy tests/meilisearch_clients/package*.json there and "
            "run npm ci --ignore-scripts in it)"
        )
    for script in SCRIPTS.iterdir():
        if script.is_file():
            shutil.copy(script, folder)
    (folder / "node_modules").symlink_to((CLIENTS / "node_modules").resolve(), target_is_directory=True)
    return folder


def run(command: list[str], folder: Path, *, given: str = "") -> str:
    """What a program writes. A failure shows what it complained of."""
    done = subprocess.run(
        command, cwd=folder, input=given, capture_output=True, text=True, encoding="utf-8", timeout=120
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout
