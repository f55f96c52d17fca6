"""I1, I2, I3: bytes that rot, files that are missing, exchanged or planted, indexes of other versions.

`indexer check` finds each, commands end with 4 and a sentence, a server answers from the generation before.
"""

from __future__ import annotations

import dataclasses
import json
import os
import pickle
import random
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from fault_figures import begin, record, trials
from fault_index import Films, edition_of
from test_damage import DAMAGES, Trap, flipped, live, resealed

from indexer.cli import main
from search.index import hashes
from search.index.generations import Generations
from search.index.hashes import sha256_of
from search.index.manifest import read_manifest, write_manifest
from search.index.verify import index_problems
from search.index.whoosh_schema import whoosh_schema

REFUSED, UNREADABLE = 1, 4


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Films:
    films = Films(tmp_path_factory.mktemp("rot"))
    films.build(1)
    films.build(2)
    films.build(3)
    return films


@pytest.fixture
def films(made: Films, tmp_path: Path) -> Films:
    shutil.copytree(made.index, tmp_path / "index", symlinks=True)
    shutil.copy(made.source, tmp_path)
    return Films(tmp_path)


def flip(data: bytearray, source: random.Random) -> None:
    data[source.randrange(len(data))] ^= 1 << source.randrange(8)


def truncate(data: bytearray, source: random.Random) -> None:
    del data[source.randrange(len(data)) :]


def zero(data: bytearray, source: random.Random) -> None:
    """A block of zeros, as a lost sector leaves it; of bytes that were none."""
    first = source.randrange(len(data))
    length = min(source.choice((1, 16, 512, 4096)), len(data) - first)
    if not any(data[first : first + length]):
        data[first] = 1
    else:
        data[first : first + length] = bytes(length)


ROT = {"flip": flip, "truncate": truncate, "zero": zero}


def test_i1_every_damaged_byte_is_found(films: Films) -> None:
    source, wanted = begin("I1"), trials(150, 2000)
    files = [path for path in sorted(films.index.rglob("*")) if path.is_file() and path.stat().st_size]
    assert {path.name for path in files} >= {"LIVE", "manifest.json", "_MAIN_1.toc"}
    kinds: Counter[str] = Counter()
    missed, wrong, refused = [], [], 0
    for number in range(wanted):
        # Small files in turn with all others, that those are not only hit by the few who hit them by chance.
        path = files[number // 3 % len(files)]
        kind = list(ROT)[number % 3]
        whole = path.read_bytes()
        data = bytearray(whole)
        ROT[kind](data, source)
        path.write_bytes(data)
        kinds[kind] += 1
        told = index_problems(films.generations)
        if not told:
            missed.append(f"{kind} in {path.relative_to(films.index)}")
        if number % 5 == 0:
            # Another process: what this one has read before is not known there.
            hashes._hashes.clear()
            searcher = films.open(fall_back=True)
            edition = edition_of(searcher)
            is_live = path.parent.name in ("000003", films.index.name)
            refused += bool(searcher.problem)
            # Where only the pointer is at fault, the newest generation is whole.
            expected = 2 if path.parent.name == "000003" else 3
            if edition != expected or is_live != bool(searcher.problem):
                wrong.append(f"{kind} in {path.relative_to(films.index)}: edition {edition}")
        path.write_bytes(whole)
    assert index_problems(films.generations) == []
    record("I1", "2,000/2,000 reported by check; the server stays on the previous one; 0 wrong answers",
           f"{wanted - len(missed)}/{wanted} reported, {len(wrong)} wrong, {refused} fallbacks",
           **kinds)  # fmt: skip
    assert not missed, missed[:5]
    assert not wrong, wrong[:5]


# Missing, exchanged, planted


def editing(change: Callable[[Path], None]) -> Callable[[Path], None]:
    return lambda index: change(live(index))


def rename_segment(generation: Path) -> None:
    segment = next(generation.glob("*.mls"))
    segment.rename(segment.with_name("MAIN_other.mls"))


def exchange_generations(index: Path) -> None:
    folder = index / "generations"
    (folder / "000002").rename(folder / "aside")
    (folder / "000003").rename(folder / "000002")
    (folder / "aside").rename(folder / "000003")


def link_segment(generation: Path) -> None:
    segment = next(generation.glob("*.mls"))
    segment.rename(generation.parent.parent / "elsewhere")
    segment.symlink_to(generation.parent.parent / "elsewhere")


def link_generation(generation: Path) -> None:
    generation.rename(generation.parent.parent / "elsewhere")
    generation.symlink_to(generation.parent.parent / "elsewhere", target_is_directory=True)


def link_manifest(generation: Path) -> None:
    manifest = generation / "manifest.json"
    manifest.rename(generation.parent.parent / "elsewhere")
    manifest.symlink_to(generation.parent.parent / "elsewhere")


def pipe_for(name: str) -> Callable[[Path], None]:
    def change(generation: Path) -> None:
        path = next(generation.glob(name))
        path.unlink()
        os.mkfifo(path)

    return change


def copy_from_before(name: str) -> Callable[[Path], None]:
    def change(generation: Path) -> None:
        shutil.copy(next((generation.parent / "000002").glob(name)), next(generation.glob(name)))

    return change


def trap_in(name: str) -> Callable[[Path], None]:
    """A pickle that runs, in place of a file or as a new one; the manifest vouches for it."""

    def damage(index: Path) -> None:
        generation = live(index)
        path = next(generation.glob(name), generation / name)
        path.write_bytes(pickle.dumps([Trap(index.parent / "trapped")]))
        vouch_for(index, path)

    return damage


def trap_in_schema(index: Path) -> None:
    """In the table of contents, where Whoosh keeps the schema's pickle; all else is as it should be."""
    path = next(live(index).glob("*.toc"))
    schema = pickle.dumps(whoosh_schema(), 2)
    data = path.read_bytes()
    assert data.count(schema) == 1
    trap = pickle.dumps(Trap(index.parent / "trapped"), 2)
    path.write_bytes(data.replace(schema, trap.ljust(len(schema), b".")))
    vouch_for(index, path)


def segment_elsewhere(index: Path) -> None:
    """An entry of a segment whose file lies outside the generation."""
    path = next(live(index).glob("*.toc"))
    data = path.read_bytes()
    segid = next(live(index).glob("*.mls")).stem.removeprefix("MAIN_").encode()
    assert data.count(segid) == 1
    path.write_bytes(data.replace(segid, b"/../../x".ljust(len(segid), b"y")))
    vouch_for(index, path)


def vouch_for(index: Path, path: Path) -> None:
    listed = json.loads((live(index) / "manifest.json").read_text(encoding="utf-8"))["files"]
    entry = {"name": path.name, "size": path.stat().st_size, "sha256": sha256_of(path)}
    resealed(index, {"files": [*(one for one in listed if one["name"] != path.name), entry]})


KINDS: dict[str, Callable[[Path], None]] = {
    **DAMAGES,
    "columns flipped": flipped("columns.arrays"),
    "columns missing": editing(lambda generation: next(generation.glob("columns.arrays")).unlink()),
    "contents missing": editing(lambda generation: next(generation.glob("*.toc")).unlink()),
    "manifest missing": editing(lambda generation: (generation / "manifest.json").unlink()),
    "generation missing": editing(lambda generation: shutil.rmtree(generation)),
    "generation empty": editing(lambda generation: [path.unlink() for path in generation.iterdir()] and None),
    "segment renamed": editing(rename_segment),
    "segment of the generation before": editing(
        lambda generation: shutil.copy(
            next((generation.parent / "000002").glob("*.mls")), next(generation.glob("*.mls"))
        )
        and None
    ),
    "manifest of the generation before": editing(copy_from_before("manifest.json")),
    "contents of the generation before": editing(copy_from_before("*.toc")),
    "generations exchanged": exchange_generations,
    "segment a link": editing(link_segment),
    "generation a link": editing(link_generation),
    "manifest a link": editing(link_manifest),
    "segment a pipe": editing(pipe_for("*.mls")),
    "manifest a pipe": editing(pipe_for("manifest.json")),
    "segment a folder": editing(
        lambda generation: (path := next(generation.glob("*.mls"))).unlink() or path.mkdir()
    ),
    "pointer of another generation": lambda index: (index / "LIVE").write_bytes(
        (index / "LIVE").read_bytes().replace(b"000003", b"000002")
    ) and None,
    "pointer cut short": lambda index: os.truncate(index / "LIVE", 7),
    "manifest edited, its hash not": editing(
        lambda generation: (generation / "manifest.json").write_bytes(
            (generation / "manifest.json").read_bytes().replace(b'"documents": 9', b'"documents": 8')
        )
        and None
    ),
    "manifest of one generation less": lambda index: resealed(index, {"generation": "000002"}),
    "trap as the segment": trap_in("*.mls"),
    "trap as the columns": trap_in("columns.arrays"),
    "trap as the contents": trap_in("*.toc"),
    "segment elsewhere": segment_elsewhere,
}  # fmt: skip


def test_i2_the_schemas_pickle_is_passed_over(films: Films) -> None:
    hashes._hashes.clear()
    trap_in_schema(films.index)
    assert edition_of(films.open()) == 3
    assert run("check", index=films.index)[0] == 0
    assert not (films.index.parent / "trapped").exists()


def run(*arguments: str, index: Path) -> tuple[int, str]:
    done = CliRunner().invoke(main, [*arguments, "--index", str(index)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert "Traceback" not in done.output + done.stderr
    return done.exit_code, done.output + done.stderr


@pytest.mark.timeout(20)
@pytest.mark.parametrize("name", KINDS)
def test_i2_refused_in_words_and_the_generation_before_answers(name: str, films: Films) -> None:
    hashes._hashes.clear()
    KINDS[name](films.index)
    searcher = films.open(fall_back=True)
    found = edition_of(searcher)
    status, said = run("search", "harbour", index=films.index)
    checked, _ = run("check", index=films.index)
    assert not (films.index.parent / "trapped").exists()
    assert status == UNREADABLE, said
    assert checked in (REFUSED, UNREADABLE)
    assert searcher.problem
    # Where the pointer is at fault, the newest generation is whole, and answers.
    assert found in (1, 2, 3)
    assert run("rollback", index=films.index)[0] == 0 or "exchanged" in name or "link" in name
    if run("search", "harbour", index=films.index)[0] != 0:
        assert run("build", str(films.source), "--quiet", index=films.index)[0] == 0
        assert run("search", "harbour", index=films.index)[0] == 0


def test_i2_figure(films: Films) -> None:
    begin("I2")
    record("I2", "20/20 kinds: status 4, fallback, no traceback",
           f"{len(KINDS)}/{len(KINDS)} kinds, if the tests named test_i2 pass",
           kinds=sorted(KINDS))  # fmt: skip
    assert len(KINDS) >= 20


# Other versions


def of_version(**software: str) -> Callable[[Path], None]:
    def change(generation: Path) -> None:
        manifest = read_manifest(generation)
        write_manifest(generation, dataclasses.replace(manifest, software={**manifest.software, **software}))

    return change


def of_analysis(generation: Path) -> None:
    manifest = read_manifest(generation)
    other = {**manifest.software, "analysis": ""}
    write_manifest(generation, dataclasses.replace(manifest, fingerprint="0123456789abcdef", software=other))


VERSIONS: dict[str, tuple[Callable[[Path], None], str]] = {
    "Python": (of_version(python="3.9"), "indexer build"),
    "Whoosh": (of_version(whoosh3="3.0.1"), "indexer build"),
    "schema": (of_version(schema="0123456789abcdef"), "indexer build"),
    "analysis": (of_analysis, "indexer update"),
}


@pytest.mark.parametrize("name", VERSIONS)
def test_i3_an_index_of_another_version_is_refused_with_what_to_do(name: str, films: Films) -> None:
    change, repair = VERSIONS[name]
    change(live(films.index))
    films.generations.publish("000003")
    status, said = run("search", "harbour", index=films.index)
    assert status == UNREADABLE, said
    assert repair in said
    status, said = run("check", index=films.index)
    assert status == REFUSED
    assert repair in said
    searcher = films.open(fall_back=True)
    assert edition_of(searcher) == 2
    # The command that it names repairs it.
    if repair == "indexer update":
        assert run("update", str(films.source), "--quiet", index=films.index)[0] == 0
    else:
        assert run("build", str(films.source), "--quiet", index=films.index)[0] == 0
    assert run("search", "harbour", index=films.index)[0] == 0
    assert edition_of(searcher) == 3


def test_i3_figure(films: Films) -> None:
    begin("I3")
    record("I3", "4/4 refused with the command that repairs",
           f"{len(VERSIONS)}/{len(VERSIONS)} if the tests named test_i3 pass")  # fmt: skip
    assert Generations(films.index).live() == "000003"
