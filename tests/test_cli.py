"""The admin's commands: what they print, where, and with which exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from indexer.show import printable

ROOT = Path(__file__).parent.parent


def indexer(
    *arguments: str, cwd: Path = ROOT, stdin: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command as an admin would."""
    return subprocess.run(
        [sys.executable, "-m", "indexer", *arguments],
        capture_output=True, text=True, input=stdin, timeout=120, check=False, cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli")
    rows = [
        {"id": "treno", "title": "Il treno va a Mosca", "year": 2013, "genre": ["Documentary"],
         "text": "Tre amici di Alfonsine partono in treno per vedere Mosca con i loro occhi."},
        {"id": "lobanov", "title": "Лобанов", "language": "ru",
         "text": "История одного тренера и его команды."},
        {"id": "odd", "title": "Odd \x1b[31mred", "text": "A title that would colour the terminal."},
    ]  # fmt: skip
    (folder / "films.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    done = indexer("build", str(folder / "films.jsonl"), "--index", str(folder / "index"), "--quiet")
    assert done.returncode == 0, done.stderr
    assert "3 documents" in done.stdout
    return folder / "index"


def test_search_finds_the_inflected_title(index: Path) -> None:
    done = indexer("search", "treni mosca", "--json", "--index", str(index))
    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert found["hits"][0]["id"] == "treno"
    assert found["hits"][0]["title_html"] == "Il <mark>treno</mark> va a <mark>Mosca</mark>"
    assert found["query"]["q"] == "treni mosca"


def test_search_in_words_is_readable_and_harmless(index: Path) -> None:
    done = indexer("search", "odd", "--index", str(index))
    assert "1 found" in done.stdout
    assert "\x1b" not in done.stdout


def test_control_characters_are_escaped() -> None:
    assert printable("a\x1b[31m\u202e\nb") == "a\\u001b[31m\\u202e\\u000ab"
    assert printable("کتاب\u200cها 犬") == "کتاب\u200cها 犬"


def test_filters_and_ranges(index: Path) -> None:
    for value, total in (
        ("year=2010..2015", 1),
        ("year=2014..", 0),
        ("genre=documentary", 1),
        ("language=ru", 1),
    ):
        done = indexer("search", "", "--filter", value, "--json", "--index", str(index))
        assert json.loads(done.stdout)["total"] == total, value


def test_status_counts_languages(index: Path) -> None:
    status = json.loads(indexer("status", "--json", "--index", str(index)).stdout)
    assert status["documents"] == 3
    assert status["languages"]["ru"] == 1
    assert status["languages"]["it"] == 1
    assert status["size_bytes"] > 1000
    assert "no stemmer" in indexer("status", "--index", str(index)).stdout


def test_check_finds_a_flipped_byte(index: Path, tmp_path: Path) -> None:
    assert indexer("check", "--index", str(index)).returncode == 0
    copy = tmp_path / "copy"
    subprocess.run(["cp", "-r", str(index), str(copy)], check=True)
    segment = next(copy.glob("generations/*/*.mls"))
    data = bytearray(segment.read_bytes())
    data[len(data) // 2] ^= 4
    segment.write_bytes(data)
    done = indexer("check", "--index", str(copy))
    assert done.returncode == 1
    assert segment.name in done.stdout


def test_analyze_tells_language_reason_and_tokens() -> None:
    values = json.loads(indexer("analyze", "犬夜叉 紅蓮の蓬莱島", "--json").stdout)
    assert values["language"]["code"] == "ja"
    assert "kana" in values["language"]["reason"]
    assert [token["token"] for token in values["tokens"]][:3] == ["犬", "犬夜", "夜"]
    words = json.loads(indexer("analyze", "Häuser", "--language", "de", "--json").stdout)["tokens"][0]
    assert (words["exact"], words["stem"]) == ("häuser", ["haus"])
    assert set(words["folded"]) == {"hauser", "haeuser"}


def test_evaluate_prints_figures_per_language(index: Path, tmp_path: Path) -> None:
    (tmp_path / "q.tsv").write_text("qid\tlang\tquery\n1\tit\ttreni mosca\n2\tru\tlobanov\n3\tru\tзверь\n")
    (tmp_path / "r.tsv").write_text("1\t0\ttreno\t1\n2\t0\tlobanov\t1\n3\t0\tlobanov\t1\n")
    done = indexer(
        "evaluate",
        "--queries",
        str(tmp_path / "q.tsv"),
        "--qrels",
        str(tmp_path / "r.tsv"),
        "--json",
        "--index",
        str(index),
    )
    figures = json.loads(done.stdout)
    assert figures["it"]["mrr@10"] == 1.0
    assert figures["ru"]["mrr@10"] == 0.5
    assert figures["all"]["queries"] == 3


def test_build_from_standard_input(tmp_path: Path) -> None:
    done = indexer(
        "build",
        "-",
        "--index",
        str(tmp_path / "index"),
        "--json",
        stdin='{"id": "a", "title": "Solaris"}\nbroken\n',
    )
    assert done.returncode == 1
    assert json.loads(done.stdout)["documents"] == 1
    assert "2: " in done.stderr


def test_dump_and_restore_carry_everything(index: Path, tmp_path: Path) -> None:
    dumped, other = tmp_path / "all.dump", tmp_path / "index"
    assert indexer("dump", str(dumped), "--index", str(index)).returncode == 0
    assert indexer("restore", str(dumped), "--index", str(other), "--quiet").returncode == 0
    answers = [
        json.loads(indexer("search", "mosca", "--json", "--index", str(one)).stdout)["hits"]
        for one in (index, other)
    ]
    assert answers[0] == answers[1]


def test_rollback_and_gc(tmp_path: Path) -> None:
    index, source = str(tmp_path / "index"), tmp_path / "a.jsonl"
    for title in ("First", "Second"):
        source.write_text(json.dumps({"id": "x", "title": title}) + "\n")
        assert indexer("build", str(source), "--index", index, "--quiet").returncode == 0
    assert indexer("rollback", "--index", index).returncode == 0
    assert json.loads(indexer("search", "first", "--json", "--index", index).stdout)["total"] == 1
    assert "1 generations removed" in indexer("gc", "--index", index).stdout
    assert indexer("rollback", "--index", index).returncode == 4


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("frobnicate",), 2, "No such command"),
        (("build",), 2, "Missing argument"),
        (("build", "/nowhere/at-all"), 2, "/nowhere/at-all"),
        (("search", "x", "--index", "/nowhere"), 4, "indexer build"),
        (("status", "--index", "/nowhere"), 4, "no index here"),
        (("search", "x", "--config", "/nowhere.toml"), 2, "/nowhere.toml"),
        (("delete", "x", "--index", "/nowhere"), 4, "no index here"),
        (("evaluate", "--queries", "/nowhere", "--qrels", "/nowhere"), 2, "/nowhere"),
    ],
    ids=lambda value: "-".join(value)[:30] if isinstance(value, tuple) else None,
)
def test_wrong_use_says_what_is_wrong(
    index: Path, arguments: tuple[str, ...], status: int, message: str
) -> None:
    done = indexer(*arguments, SEARCH_INDEX=str(index))
    assert done.returncode == status, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_unknown_configuration_keys_are_refused(index: Path, tmp_path: Path) -> None:
    (tmp_path / "search.toml").write_text('site_nam = "x"\n')
    done = indexer("search", "x", "--index", str(index), cwd=tmp_path)
    assert done.returncode == 2
    assert "site_name" in done.stderr


def test_a_directory_that_cannot_be_written_is_a_storage_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "a.jsonl").write_text('{"id": "a", "title": "A"}\n')
    done = indexer("build", str(tmp_path / "a.jsonl"), "--index", str(tmp_path / "file" / "index"))
    assert done.returncode == 5
    assert "Traceback" not in done.stderr
