"""How is it shown what the tests of faults reached? `docs/reliability.md`, a row an id."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.faults.figures import LONG, SKIPPED, TESTS, Line, test_of
from benchmarks.faults.identities import IDENTITIES, Identity, functions_of

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"
MET, MISSED, IN_PART, SHORT, NOT_JUDGED, NOT_RUN = (
    "met", "**missed**", "in part", "short form only", "not judged", "not run",
)  # fmt: skip
#: More figures than these of one id are told as a sum.
_MOST = 6

_HEAD = """# Reliability

What is done to the service on purpose, what must hold then, and what was reached: a row for each kind of
fault, by the ids of [failure modes](failure-modes.md). Made by `python -m benchmarks.faults render` from
`benchmarks/faults/figures.jsonl`, which holds every figure with date, commit (`+`: with changes), machine,
command, seed and time.

*met*: every test of the id passed in its long form, with all its trials, and each figure is as wanted.
*missed*: a test failed or a figure is not as wanted. *in part*: some tests did not run, or not for as long as
they should. *short form only*: the tests passed with the few trials that a test run can wait for.
*not judged*: a figure of a test of which nobody knows how it ended.

    make faults      # all of it, in the long form: hours, on a machine that does nothing else
    python -m benchmarks.faults merge var/faults.jsonl

One of them again: `FAULTS=long FAULTS_FIGURES=figures.jsonl python -m pytest FILE`, with `FAULTS_SEED` of its
line for the same random numbers.

"""


def page(lines: Sequence[Line]) -> str:
    """The whole page."""
    counted: dict[str, int] = {}
    rows = []
    for identity in IDENTITIES:
        own = [line for line in lines if line["id"] == identity.id]
        told = verdict(own)
        counted[told] = counted.get(told, 0) + 1
        rows.append(_row(identity, own, told))
    sums = ", ".join(f"{counted[one]} {one}" for one in _VERDICTS if one in counted)
    return (
        f"{_HEAD}Of {len(IDENTITIES)}: {sums}.{_machines(lines)}\n\n"
        "| id | fault | must hold | reached | verdict | measured | tests |\n|---|---|---|---|---|---|---|\n"
        + "\n".join(rows)
        + "\n"
    )


_VERDICTS = (MET, MISSED, IN_PART, SHORT, NOT_JUDGED, NOT_RUN)


def verdict(own: Sequence[Line]) -> str:
    """What the lines of one id say of it."""
    skipped = [line for line in own if line["part"] == TESTS and SKIPPED in line["outcomes"].values()]
    if not own or all(set(line.get("outcomes", {}).values()) == {SKIPPED} for line in own):
        return NOT_RUN
    if any(line["met"] is False for line in own):
        return MISSED
    if any(line["met"] is None for line in own):
        return NOT_JUDGED
    if (
        skipped
        or functions_of(own[0]["id"]) - _functions(own)
        or any(line["form"] == LONG and line.get("whole") is False for line in own)
    ):
        return IN_PART
    return MET if all(line["form"] == LONG for line in own) else SHORT


def _functions(own: Sequence[Line]) -> set[str]:
    """The tests that ran, without their parameters."""
    return {test.partition("[")[0] for line in own for test in _tests(line)}


def _row(identity: Identity, own: Sequence[Line], told: str) -> str:
    when = max((str(line.get("date") or "")[:10] for line in own), default="")
    commits = sorted({str(line.get("commit") or "") for line in own} - {""})
    files = sorted({file for line in own for file in _files(line)})
    cells = (
        identity.id, identity.fault, identity.target, _reached(identity.id, own), told,
        " ".join((when, *commits)), ", ".join(f"`{file}`" for file in files),
    )  # fmt: skip
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _reached(id: str, own: Sequence[Line]) -> str:
    figures = [line for line in own if line["part"] != TESTS]
    tests = [line for line in own if line["part"] == TESTS]
    if id == "F31" and all("files" in line for line in figures) and figures:
        texts = [_random_bytes(figures)]
    elif len(figures) > _MOST:
        texts = [f"{len(figures)} figures, {sum(line['met'] is True for line in figures)} as wanted"]
    else:
        texts = [
            f"{name}: {line['reached']}" if (name := _name(line)) and len(figures) > 1 else line["reached"]
            for line in figures
        ]
    texts += [
        f"tests: {line['reached']}" for line in tests if not figures or line["met"] is False or _skips(line)
    ]
    return "; ".join(texts)


def _name(line: Line) -> str:
    """What the figure is of, if the id alone does not tell: `build`, of K2."""
    name = line["part"].partition("test_")[0].strip()
    return str(name)


def _random_bytes(figures: Iterable[Line]) -> str:
    formats = list(figures)
    minutes = min(line["seconds"] for line in formats) / 60
    slowest = max(line["slowest"] for line in formats)
    failed = sum(not line["met"] and line["outcome"] == "failed" for line in formats)
    return (
        f"{sum(line['files'] for line in formats):,} files in {len(formats)} formats, at least "
        f"{minutes:.0f} minutes each: {failed} crashes or hangs, slowest file {slowest:.2f} s"
    )


def _skips(line: Line) -> bool:
    return SKIPPED in line["outcomes"].values()


def _files(line: Line) -> list[str]:
    return [test.partition("::")[0] for test in _tests(line)]


def _tests(line: Line) -> list[str]:
    tests = line["outcomes"] if line["part"] == TESTS else [test_of(line)]
    return [test for test in tests if test.startswith("tests/")]


def _machines(lines: Sequence[Line]) -> str:
    found = sorted({", ".join(str(one) for one in line["machine"].values()) for line in lines})
    if not found:
        return ""
    return f" Measured on: {'; '.join(found)} (processor, cores, memory, system)."
