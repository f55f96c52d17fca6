"""Which faults are there, by which ids do tests, figures and pages call them, and what must hold?

One row an id. Tests carry the id in the name of the function or of the file; the few that do not stand below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Identity:
    """`fault` is what is done to the service, `target` what must hold, with its figure."""

    id: str
    fault: str
    target: str


#: Id and fault; below it, what must hold.
_TABLE = """
K1 | the indexer is killed at random moments
    200 of 200 kills leave a readable index, nothing acknowledged is lost, none of 20,000 searches fails
K2 | the indexer is killed at every single step
    at least 40 steps, always the old or the new generation
K3 | 50 runs crash one after another
    at most one unfinished generation, removed by the next start
K4 | a worker is killed while it answers, 50 times
    at most one failed request a kill, replaced within 2 s
K5 | 20 reloads and 20 restarts under load
    no request fails
K6 | the power goes, and what was not flushed is lost or torn
    500 moments, always a readable generation
D1 | the disk is full, at 20 sizes
    a message and a status, the index untouched, the space given back, no search fails
D2 | one call after the other returns an I/O error
    every call, none passes in silence
D3 | the index folder vanishes or cannot be read
    answers or 503; back within 5 s
D4 | 64 open files, 10,000 queries, 200 new generations
    open files the same within 2, memory within 5 %
C1 | 2 and 10 writers at once, 50 times
    one works, the others are told within 1 s by whom
C2 | 100 new generations under load
    no answer fails or mixes two; p99 at most doubled
C3 | two processes open the index while it is published
    none of 10,000 openings fails
C4 | a reader sleeps while 5 generations pass
    no error, then the newest
C5 | clocks stand still or go back
    order by number, nothing wrong
I1 | 2,000 bits flipped, files cut short, blocks zeroed
    all found by `indexer check`; no wrong answer
I2 | 20 kinds of missing, exchanged, edited files
    refused in words, the generation before answers
I3 | an index of another Python, Whoosh, schema, analysis
    refused with the command that repairs it, 4 of 4
I4 | 500 random histories of updates, deletions, crashes, rollbacks
    the index is what a plain model says, no duplicates
I6 | the same documents in other orders, by more workers
    the same answers to 1,000 queries
F1-F30 | at least 30 kinds of hostile files
    each at most 10 s and 1 GiB, no traceback, all good neighbours indexed
F31 | random bytes as every format, 10 minutes each
    no crash of the parent, no hang
Q1 | 100,000 random queries over HTTP
    200, or 400 for a wrong parameter; p99 at most 300 ms, none above 2.5 s, 50 MB
Q2 | queries known to kill
    each a plain 200 within 100 ms
Q3 | the worst queries within all limits, on 100,000 documents
    at most 2 s
Q4 | queries that never end, or want all memory
    503 with `Retry-After` after 2.0 s ± 0.2, the worker usable after, 100 times
Q5 | requests made from the API's description, right and wrong
    20,000 cases, each answered as described
Q6 | attacks of 1,000 to 100,000 characters on every regular expression
    ten times the text, at most 15 times the time
Q7 | laws that answers must keep
    2,000 cases, none broken
Q8 | 10,000 beginnings to be completed, in all scripts
    p99 at most 50 ms, no 5xx
L1 | as much as can be answered
    a figure within 10 % over 3 runs
L2 | five times as much, for 60 s
    80 % of it answered, p99 at most tripled, refusals within 100 ms, normal after 5 s
L3 | 200 clients that send or read a byte at a time
    99 % of the others answered, p99 at most 100 ms
L4 | one address that wants a hundred times its share
    the others keep 90 %
L5 | 10 minutes of load, a new index every 30 s
    memory grows by less than 1 MB/h, open files do not, no error
L6 | a restart with 100,000 documents
    ready within 3 s, no request lost
S1 | markup in every field and query, in a browser
    nothing runs, no violation of the policy
S2 | 40 names, links and races that lead out of a source
    nothing outside is read
S3 | formulas for spreadsheets
    none gets out
S4 | line ends and escapes in names, queries, headers
    none reaches a log or a terminal
S5 | pickles planted in the index
    none runs, the index is refused
S6 | other hosts and absolute addresses in requests
    no surprise
S7 | smuggled and oversized requests
    no surprise
S8 | methods, addresses, bodies, error pages that could tell something
    no surprise
S9 | unsafe deployments
    all named, the worst two not served
"""


def _identities() -> Iterator[Identity]:
    lines = iter(_TABLE.strip().splitlines())
    for line, target in zip(lines, lines, strict=True):
        id, fault = line.split(" | ")
        yield Identity(id, fault, target.strip())


IDENTITIES = tuple(_identities())
IDS = tuple(one.id for one in IDENTITIES)
_PROJECT = Path(__file__).resolve().parents[2]
_CONFORMANCE = "test_api_conformance.py"
_FUNCTION = re.compile(r"^def (test_\w+)", re.MULTILINE)
_NAMED = re.compile(r"test_([kdcifqls]\d+)_")
#: Files whose name tells no id.
_BY_FILE = {
    "test_f_hostile_files.py": "F1-F30",
    "test_f_sandbox.py": "F1-F30",
    "test_l_deadline_and_memory.py": "Q4",
    _CONFORMANCE: "Q5",
}
#: Tests of I2 that plant a pickle.
_PLANTS = re.compile("trap|pickle")


def identity_of(figure: str) -> str:
    """The id of a figure that may name a part as well: `K2 build` is of `K2`, `F31.html` of `F31`."""
    return figure.partition(" ")[0].partition(".")[0]


def identities_of_test(test: str) -> list[str]:
    """The ids that a test (as pytest names it) is of; of some, two."""
    path, _, function = test.partition("::")
    file = path.rpartition("/")[2]
    named = _NAMED.match(function) or _NAMED.match(file)
    found = [named[1].upper()] if named else [_BY_FILE[file]] if file in _BY_FILE else []
    return [*found, "S5"] if found == ["I2"] and _PLANTS.search(function) else found


@cache
def functions_of(id: str) -> frozenset[str]:
    """The tests of an id that there are, as `path::function`."""
    found = set()
    for path in (
        *sorted((_PROJECT / "tests" / "faults").glob("test_*.py")),
        _PROJECT / "tests" / _CONFORMANCE,
    ):
        shown = path.relative_to(_PROJECT).as_posix()
        functions = _FUNCTION.findall(path.read_text(encoding="utf-8"))
        found |= {f"{shown}::{one}" for one in functions if id in identities_of_test(f"{shown}::{one}")}
    return frozenset(found)
