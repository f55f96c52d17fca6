"""How often is the language of a text told rightly, and how fast?

Reads `langid/` of the shared data and prints one table: ours with what the base install has, ours
with the extra `detect`, and with `--peers` the other detectors (`detectors.py`). Accuracy is a macro
average (mean over languages) unless it says micro; speeds are texts per second of processor time on
one core, the best of three runs (one of all texts, two of every fourth). `--halves` shows ours on
even rows, where constants and words were chosen, and on odd rows, whose errors nobody read while
choosing; `--held-out` shows further sets.

    python -m benchmarks.detection --shared ../shared --peers --save benchmarks/runs/2026-11-21/detection.json

A language counts as its analysis family: nb and nn as no, yue and wuu as zh, ms as id, bs, sh and
Serbian in Latin letters as hr; regions and scripts (pt-BR, zh-Hant) are dropped. A label that ISO
639-3 holds to be part of a larger language (arz in ar, max in ms) or a synonym (kzj of dtp) is a row
of its own, and right if that one is answered. "strict" does none of this: same code or wrong.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.detectors import Detector, ours, peers
from benchmarks.machine import machine, versions
from search.analysis.languages import canonical_code
from search.analysis.scripts import main_script

#: The 55 profiles of langdetect 1.0.9, zh-cn and zh-tw being one language.
_PROFILES = (
    "af ar bg bn ca cs cy da de el en es et fa fi fr gu he hi hr hu id it ja kn ko lt lv mk ml mr ne nl no "
    "pa pl pt ro ru sk sl so sq sv sw ta te th tl tr uk ur vi zh"
)
LANGDETECT_LANGUAGES = frozenset(_PROFILES.split())
FAMILIES = {"nb": "no", "nn": "no", "yue": "zh", "wuu": "zh", "ms": "id", "bs": "hr", "sh": "hr"}
PART_OF = {"arz": "ar", "arq": "ar", "max": "id", "kzj": "dtp", "ber": "kab"}
KINDS = ("film_title", "anime_title", "sentence", "paragraph")
RUNS = 3
#: Slow detectors (some hundred texts a second) are given every fourth text, and timed once.
SLOW_STEP = 4


@dataclass(frozen=True, slots=True)
class Sample:
    """A text and its label: as the data has it, and as the language it is scored as."""

    text: str
    label: str
    gold: str


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Shares of right answers, 0 to 1."""

    known: float
    every: float
    micro: float
    strict: float
    by_language: dict[str, float]


def family(code: str, text: str) -> str:
    """The language a code is scored as."""
    code = code.split("-")[0]
    if code in ("sr", "bs"):
        return "sr" if main_script(text) == "Cyrl" else "hr"
    return FAMILIES.get(code, code)


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    """The objects of a compressed JSON Lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _sample(text: str, label: str) -> Sample:
    return Sample(text, label, family(label, text))


def labelled_texts(shared: Path) -> dict[str, list[Sample]]:
    """Kind of text → samples."""
    kinds: dict[str, list[Sample]] = {kind: [] for kind in KINDS}
    for name in ("titles", "texts"):
        for row in rows_of(shared / "data" / "langid" / f"{name}.jsonl.gz"):
            kinds[row["kind"]].append(_sample(row["text"], row["lang"]))
    return kinds


def held_out_texts(shared: Path) -> dict[str, list[Sample]]:
    """Texts no constant was chosen on: questions, encyclopedia paragraphs, Bible verses."""
    kinds: dict[str, list[Sample]] = {"question": [], "encyclopedia": [], "verse": []}
    for row in rows_of(shared / "data" / "xquad" / "xquad.queries.jsonl.gz"):
        kinds["question"].append(_sample(row["query"], row["lang"]))
    for row in rows_of(shared / "data" / "xquad" / "xquad.documents.jsonl.gz"):
        kinds["encyclopedia"].append(_sample(row["text"], row["lang"]))
    for number, row in enumerate(rows_of(shared / "data" / "scale" / "verses_sample.jsonl.gz")):
        if number == 10_000:
            break
        kinds["verse"].append(_sample(row["text"], row["lang"]))
    return kinds


def accuracy(samples: Sequence[Sample], codes: Sequence[str]) -> Accuracy:
    """How often `codes` are right. `known`: mean over langdetect's languages; `every`: over all of the
    set; `strict`: over all labels as the data has them."""
    right: dict[str, list[bool]] = defaultdict(list)
    strict: dict[str, list[bool]] = defaultdict(list)
    for sample, code in zip(samples, codes, strict=True):
        answered = family(code, sample.text)
        right[sample.gold].append(answered in (sample.gold, PART_OF.get(sample.gold)))
        label = sample.label.split("-")[0]
        strict[label].append(canonical_code(code) == canonical_code(label) if code != label else True)
    by_language = {gold: sum(answers) / len(answers) for gold, answers in sorted(right.items())}
    known = [share for gold, share in by_language.items() if gold in LANGDETECT_LANGUAGES]
    return Accuracy(
        known=sum(known) / max(len(known), 1),
        every=sum(by_language.values()) / len(by_language),
        micro=sum(sum(answers) for answers in right.values()) / len(samples),
        strict=sum(sum(answers) / len(answers) for answers in strict.values()) / len(strict),
        by_language=by_language,
    )


def answers(ask: Callable[[str], str], samples: Sequence[Sample], runs: int) -> tuple[list[str], float]:
    """What a detector says, and the best speed of some runs, in texts a second of processor time."""
    best = 0.0
    codes: list[str] = []
    for run in range(runs):
        timed = samples if run == 0 else samples[::4]
        started = time.process_time()
        found = [ask(sample.text) for sample in timed]
        best = max(best, len(found) / max(time.process_time() - started, 1e-9))
        codes = codes or found
    return codes, best


_COLUMNS = (
    ("film titles", "film_title", "known"), ("micro", "film_title", "micro"),
    ("anime titles", "anime_title", "known"), ("sentences", "sentence", "known"),
    ("all", "sentence", "every"), ("strict", "sentence", "strict"),
    ("paragraphs", "paragraph", "known"), ("all", "paragraph", "every"),
)  # fmt: skip


def line(detector: Detector, kinds: dict[str, list[Sample]]) -> dict[str, Any]:
    """One detector's row: accuracies and speeds by kind."""
    if detector.ask is None:
        return {"detector": detector.name, "missing": detector.missing}
    row: dict[str, Any] = {"detector": detector.name}
    for kind, samples in kinds.items():
        if detector.slow:
            samples = samples[::SLOW_STEP]
        codes, speed = answers(detector.ask, samples, 1 if detector.slow else RUNS)
        found = accuracy(samples, codes)
        row[kind] = {
            "known": found.known, "every": found.every, "micro": found.micro, "strict": found.strict,
            "texts_per_second": round(speed), "by_language": found.by_language,
        }  # fmt: skip
    return row


def print_table(rows: Sequence[dict[str, Any]]) -> None:
    """The rows as a Markdown table; a detector that is not installed is a line saying so."""
    names = [name for name, _, _ in _COLUMNS]
    print("| detector | " + " | ".join(names) + " | titles/s | sentences/s |")
    print("|---" * (len(names) + 3) + "|")
    for row in rows:
        if "missing" in row:
            print(f"| {row['detector']} | {row['missing']} |")
            continue
        cells = [f"{row[kind][measure]:.3f}" for _, kind, measure in _COLUMNS]
        cells += [f"{row[kind]['texts_per_second']:,}" for kind in ("film_title", "sentence")]
        print(f"| {row['detector']} | " + " | ".join(cells) + " |", flush=True)


def print_kinds(title: str, kinds: dict[str, list[Sample]], detectors: Sequence[Detector]) -> None:
    """A line a detector and kind, for sets other than those of the table."""
    for detector in detectors:
        for kind, samples in kinds.items():
            if detector.ask is None:
                continue
            found = accuracy(samples, answers(detector.ask, samples, 1)[0])
            print(
                f"{title} {detector.name:24} {kind:14} known {found.known:.4f} all {found.every:.4f} "
                f"micro {found.micro:.4f}"
            )


def save(path: Path, rows: Sequence[dict[str, Any]], on: dict[str, str]) -> None:
    """Raw figures as JSON: `machine` with its load, versions, `table`, and per language the accuracy
    of ours without the extra."""
    languages: dict[str, dict[str, float]] = defaultdict(dict)
    for kind in KINDS:
        name = "title" if kind == "film_title" else kind
        for code, share in rows[0][kind]["by_language"].items():
            languages[code][name] = round(share, 3)
    figures = {
        "machine": on,
        "versions": versions(),
        "languages": dict(sorted(languages.items())),
        "table": list(rows),
    }
    path.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; see the module's docstring."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shared", type=Path, required=True, help="folder that holds data/langid")
    parser.add_argument("--peers", action="store_true", help="the other detectors beside ours")
    parser.add_argument("--halves", action="store_true", help="ours on even and odd rows")
    parser.add_argument("--held-out", action="store_true", help="ours on sets no constant was chosen on")
    parser.add_argument("--save", type=Path, help="file for the raw figures (JSON)")
    options = parser.parse_args(arguments)
    if not (options.shared / "data" / "langid").is_dir():
        parser.error(f"--shared: {options.shared} has no folder data/langid")
    if options.held_out:
        print_kinds("held out", held_out_texts(options.shared), ours())
        return 0
    # Before the run: afterwards its own work would count as load.
    on = machine()
    kinds = labelled_texts(options.shared)
    if options.halves:
        for half, name in enumerate(("even rows", "odd rows ")):
            print_kinds(name, {kind: samples[half::2] for kind, samples in kinds.items()}, ours())
        return 0
    rows = [line(detector, kinds) for detector in (*ours(), *(peers() if options.peers else ()))]
    print_table(rows)
    if options.save:
        save(options.save, rows, on)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
