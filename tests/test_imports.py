"""The rooms and who may enter them: imports are read from the source, nothing is run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("search", "indexer", "web")

# What `web` may use of the library: the front door and the values that pass through it.
WEB_MAY = ("search.searcher", "search.request", "search.results", "search.errors", "search.configuration",
           "search.labels", "search.filters", "search.found", "search.access",
           "search.cluster_access")  # fmt: skip
INDEXER_MAY = (
    "search.analysis", "search.index", "search.engines", "search.errors", "search.configuration",
    # `indexer search` and `evaluate` ask as a front end does; completions are made by one function.
    "search.searcher", "search.request", "search.results", "search.suggest", "search.access",
    "search.cluster_access", "search.opensearch",
)  # fmt: skip

OWNERS = {
    "flask": ("web/",),
    "whoosh": ("search/index/", "search/engines/"),
    "langdetect": ("search/analysis/detection.py",),
    "unidecode": ("search/analysis/romanize.py",),
    "opensearchpy": ("search/opensearch/",),
}


def imports_of(path: Path) -> Iterator[tuple[str, bool]]:
    """(module, whether it is at the top of the file)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    top = set(tree.body)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node in top) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node in top


def files_of(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_has_files(room: str) -> None:
    assert len(files_of(room)) > 5


@pytest.mark.parametrize(
    ("room", "forbidden"),
    [("search", ("web", "indexer")), ("indexer", ("web",)), ("web", ("indexer",))],
    ids=["search-is-below-all", "indexer-knows-no-web", "web-knows-no-indexer"],
)
def test_imports_go_down_only(room: str, forbidden: tuple[str, ...]) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in files_of(room)
        for module, _ in imports_of(path)
        if module.split(".")[0] in forbidden
    ]
    assert wrong == []


@pytest.mark.parametrize(("room", "allowed"), [("web", WEB_MAY), ("indexer", INDEXER_MAY)])
def test_only_public_names_of_the_library_are_used(room: str, allowed: tuple[str, ...]) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in files_of(room)
        for module, _ in imports_of(path)
        if module.split(".")[0] == "search"
        and not any(module == one or module.startswith(one + ".") for one in allowed)
    ]
    assert wrong == []


@pytest.mark.parametrize("library", OWNERS)
def test_each_library_stays_behind_its_own_door(library: str) -> None:
    users = {
        path.relative_to(ROOT).as_posix()
        for room in ROOMS
        for path in files_of(room)
        for module, _ in imports_of(path)
        if module.split(".")[0] == library
    }
    assert users, f"nothing imports {library}"
    assert [user for user in users if not user.startswith(OWNERS[library])] == []


def test_imports_stand_at_the_top_of_the_file() -> None:
    hidden = [
        f"{path.relative_to(ROOT)}: {module}"
        for room in ROOMS
        for path in files_of(room)
        for module, at_top in imports_of(path)
        if not at_top and module.split(".")[0] in ROOMS
    ]
    assert hidden == []
