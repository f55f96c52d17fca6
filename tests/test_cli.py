"""The admin's commands: what they print, where, and with which exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from indexer.show.plain import printable
from search.index.generations import Generations

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


@pytest.fixture
def judged(tmp_path: Path) -> tuple[str, ...]:
    """The options that name judged queries, one of them without a right answer."""
    (tmp_path / "q.tsv").write_text("qid\tlang\tquery\n1\tit\ttreni mosca\n2\tru\tlobanov\n3\tru\tзверь\n")
    (tmp_path / "r.tsv").write_text("1\t0\ttreno\t1\n2\t0\tlobanov\t1\n3\t0\tlobanov\t1\n")
    return ("--queries", str(tmp_path / "q.tsv"), "--qrels", str(tmp_path / "r.tsv"))


def test_runs_are_saved_and_compared(index: Path, tmp_path: Path, judged: tuple[str, ...]) -> None:
    first, second = str(tmp_path / "first.jsonl"), tmp_path / "second.jsonl.gz"
    done = indexer("evaluate", *judged, "--save", first, "--index", str(index))
    assert done.returncode == 0, done.stderr
    header, *rows = map(json.loads, Path(first).read_text(encoding="utf-8").splitlines())
    assert (header["generation"], header["documents"]) == ("000001", 3)
    assert [(row["qid"], row["mrr@10"], row["ids"][:1]) for row in rows[:2]] == [
        ("1", 1.0, ["treno"]),
        ("2", 1.0, ["lobanov"]),
    ]
    arguments = ("--save", str(second), "--compare", first, "--json")
    done = indexer("evaluate", *judged, *arguments, "--index", str(index))
    found = json.loads(done.stdout)
    assert (found["languages"]["all"]["mrr@10"]["p"], found["changed"]) == (1.0, 0)
    text = Path(first).read_text(encoding="utf-8").replace('"mrr@10": 1.0', '"mrr@10": 0.5', 1)
    Path(first).write_text(text, encoding="utf-8")
    done = indexer("evaluate", "--compare", first, str(second), "--index", "/nowhere")
    assert done.returncode == 0, done.stderr
    assert "1 of 3 queries are answered differently well" in done.stdout
    assert "1 [it] 'treni mosca': mrr@10 0.50 → 1.00" in done.stdout


def test_a_build_names_duplicates(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "x", "title": "One"}\n' * 103)
    done = indexer("build", str(tmp_path / "a.jsonl"), "--index", str(tmp_path / "index"))
    assert done.returncode == 0
    lines = [line for line in done.stderr.splitlines() if line.startswith("duplicate: ")]
    assert lines[0] == f"duplicate: {tmp_path / 'a.jsonl'}:2: the id 'x' again; the last one counts"
    assert lines[-1] == "duplicate: 2 more"
    assert len(lines) == 101


def test_a_relevance_file_can_veto(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "x", "title": "Solaris"}\n{"id": "y", "title": "Stalker"}\n')
    (tmp_path / "good.tsv").write_text("solaris\tx\n")
    (tmp_path / "bad.tsv").write_text("solaris\tx\nstalker\tx\n")
    (tmp_path / "search.toml").write_text('[relevance]\nfile = "good.tsv"\n')

    def run(command: str, *options: str) -> subprocess.CompletedProcess[str]:
        return indexer(command, "a.jsonl", "--index", "index", "--quiet", *options, cwd=tmp_path)

    done = run("build")
    assert done.returncode == 0, done.stderr
    assert "1 of 1 queries of good.tsv answered as expected" in done.stderr
    done = run("build", "--relevance", "bad.tsv", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["relevance"]["unmet"][0]["instead"] == [{"id": "y", "title": "Stalker"}]
    assert (
        "bad.tsv:2: 'stalker': x should be first and is not found; the first hits are: Stalker (y)"
        in done.stderr
    )
    assert "not published: 1 of 2 queries of bad.tsv" in done.stderr
    assert Generations(tmp_path / "index").live() == "000001"
    forced = run("build", "--relevance", "bad.tsv", "--force")
    assert (forced.returncode, Generations(tmp_path / "index").live()) == (1, "000002")
    (tmp_path / "search.toml").write_text('[relevance]\nfile = "missing.tsv"\n')
    assert run("build").returncode == 2
    assert run("build", "--no-relevance").returncode == 0


def test_redetect_shows_and_takes_over(tmp_path: Path) -> None:
    """Another hint is looked at, so that another language is decided."""
    rows = [{"id": "a", "title": "Amor", "hint": "es"}, {"id": "b", "title": "Luna", "hint": "es"}]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    common = ("--index", "index", "--quiet")
    assert indexer("build", "a.jsonl", *common, cwd=tmp_path).returncode == 0
    (tmp_path / "search.toml").write_text('prior = "hint"\n')
    shown = indexer("build", "--redetect", "--dry-run", *common, cwd=tmp_path)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "2 of 2 documents change their language" in shown.stdout
    assert "→ es" in shown.stdout
    preview = json.loads(indexer("build", "--redetect", "--dry-run", "--json", *common, cwd=tmp_path).stdout)
    assert [one["after"] for one in preview["changes"]] == ["es", "es"]
    assert (preview["build"], preview["changed"]) == (None, 2)
    done = indexer("build", "--redetect", "--json", *common, cwd=tmp_path)
    assert json.loads(done.stdout)["build"]["languages"] == {"es": 2}
    (tmp_path / "wanted.tsv").write_text("amor\tb\n")
    arguments = ("build", "--redetect", "a.jsonl", "--relevance", "wanted.tsv", "--json", *common)
    vetoed = indexer(*arguments, cwd=tmp_path)
    assert vetoed.returncode == 1
    values = json.loads(vetoed.stdout)
    assert (values["changes"], values["build"]["generation"]) == ([], "")


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
        (("build", "--dry-run", "x"), 2, "only with --redetect"),
        (("build", "--redetect", "--index", "/nowhere"), 4, "no index here"),
        (("build", "--relevance", "/nowhere.tsv", "x"), 2, "/nowhere.tsv: No such file"),
        (("update", "--relevance", "a", "--no-relevance", "x"), 2, "one or the other"),
        (("search", "x", "--index", "/nowhere"), 4, "indexer build"),
        (("status", "--index", "/nowhere"), 4, "no index here"),
        (("search", "x", "--config", "/nowhere.toml"), 2, "/nowhere.toml"),
        (("delete", "x", "--index", "/nowhere"), 4, "no index here"),
        (("evaluate", "--queries", "/nowhere", "--qrels", "/nowhere"), 2, "/nowhere"),
        (("evaluate", "--queries", "/nowhere"), 2, "--qrels are needed"),
        (("evaluate", "/nowhere"), 2, "RUN goes with --compare"),
        (("evaluate", "--compare", "/nowhere", "/nowhere"), 2, "/nowhere: No such file"),
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
