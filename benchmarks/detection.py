"""How often is the language of a text told rightly, and how fast?

Reads `langid/` of the shared data and prints one row per kind of text: macro accuracy (mean over
languages) over the languages langdetect knows, over all languages of the set, the share of right
answers, the mean confidence, and texts per second on one core; langdetect alone beside it on a
sample, because it is slow. Further sets to look at that were not used for any choice: `--held-out`.

    python -m benchmarks.detection --shared ../shared

Scored by family: nb and nn count as no, yue as zh, ms as id, bs, sh and Serbian in Latin letters as
hr; regions and scripts (pt-BR, zh-Hant) are dropped.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from search.analysis.detection import LanguageDecision, detect, detect_many
from search.analysis.scripts import main_script

#: The 55 profiles of langdetect 1.0.9, zh-cn and zh-tw being one language.
_PROFILES = (
    "af ar bg bn ca cs cy da de el en es et fa fi fr gu he hi hr hu id it ja kn ko lt lv mk ml mr ne nl no "
    "pa pl pt ro ru sk sl so sq sv sw ta te th tl tr uk ur vi zh"
)
LANGDETECT_LANGUAGES = frozenset(_PROFILES.split())
FAMILIES = {"nb": "no", "nn": "no", "yue": "zh", "ms": "id", "bs": "hr", "sh": "hr"}

Sample = tuple[str, str]


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


def labelled_texts(shared: Path) -> dict[str, list[Sample]]:
    """Kind of text → (text, language) pairs."""
    kinds: dict[str, list[Sample]] = {"film_title": [], "anime_title": [], "sentence": [], "paragraph": []}
    for name in ("titles", "texts"):
        for row in rows_of(shared / "data" / "langid" / f"{name}.jsonl.gz"):
            kinds[row["kind"]].append((row["text"], family(row["lang"], row["text"])))
    return kinds


def held_out_texts(shared: Path) -> dict[str, list[Sample]]:
    """Texts no constant was chosen on: questions, encyclopedia paragraphs, Bible verses."""
    kinds: dict[str, list[Sample]] = {"question": [], "encyclopedia": [], "verse": []}
    for row in rows_of(shared / "data" / "xquad" / "xquad.queries.jsonl.gz"):
        kinds["question"].append((row["query"], family(row["lang"], row["query"])))
    for row in rows_of(shared / "data" / "xquad" / "xquad.documents.jsonl.gz"):
        kinds["encyclopedia"].append((row["text"], family(row["lang"], row["text"])))
    for number, row in enumerate(rows_of(shared / "data" / "scale" / "verses_sample.jsonl.gz")):
        if number == 10_000:
            break
        kinds["verse"].append((row["text"], family(row["lang"], row["text"])))
    return kinds


def macro(samples: Sequence[Sample], decided: Iterable[LanguageDecision]) -> tuple[float, float, float]:
    """Accuracy: mean over langdetect's languages, mean over all languages, share of all texts."""
    right: dict[str, list[bool]] = defaultdict(list)
    for (text, gold), decision in zip(samples, decided, strict=True):
        right[gold].append(family(decision.code, text) == gold)
    by_language = {gold: sum(answers) / len(answers) for gold, answers in right.items()}
    known = [share for gold, share in by_language.items() if gold in LANGDETECT_LANGUAGES]
    every = sum(sum(answers) for answers in right.values()) / len(samples)
    return sum(known) / len(known), sum(by_language.values()) / len(by_language), every


def spread_sample(samples: Sequence[Sample], size: int) -> list[Sample]:
    """At most `size` texts, as evenly over the languages langdetect knows as the set allows."""
    by_language: dict[str, list[Sample]] = defaultdict(list)
    for sample in random.Random(0).sample(samples, len(samples)):
        if sample[1] in LANGDETECT_LANGUAGES:
            by_language[sample[1]].append(sample)
    chosen: list[Sample] = []
    while len(chosen) < size and any(by_language.values()):
        chosen.extend(texts.pop() for texts in by_language.values() if texts)
    return chosen[:size]


def timed(work: Callable[[], list[LanguageDecision]]) -> tuple[list[LanguageDecision], float]:
    """What `work` answers, and how many of them a second of processor time."""
    started = time.process_time()
    decided = work()
    return decided, len(decided) / max(time.process_time() - started, 1e-9)


def report(kinds: dict[str, list[Sample]], sample_size: int) -> None:
    """Print the table."""
    print(f"{'kind':14}{'texts':>8}{'macro 54':>10}{'macro all':>11}{'right':>8}{'confidence':>12}", end="")
    print(f"{'detect/s':>10}{'many/s':>9} | sample: detect, langdetect, langdetect/s")
    for kind, samples in kinds.items():
        decided, speed = timed(lambda texts=samples: [detect(text) for text, _ in texts])
        _, speed_of_many = timed(lambda texts=samples: detect_many([text for text, _ in texts]))
        known, every, share = macro(samples, decided)
        scored = [
            one.confidence
            for one, (_, gold) in zip(decided, samples, strict=True)
            if gold in LANGDETECT_LANGUAGES
        ]
        confidence = sum(scored) / len(scored)
        print(
            f"{kind:14}{len(samples):>8}{known:>10.4f}{every:>11.4f}{share:>8.4f}{confidence:>12.3f}"
            f"{speed:>10,.0f}{speed_of_many:>9,.0f}",
            end=" | ",
            flush=True,
        )
        few = spread_sample(samples, sample_size)
        if not few:
            print()
            continue
        ours = macro(few, [detect(text) for text, _ in few])[0]
        exact, exact_speed = timed(lambda texts=few: [detect(text, mode="exact") for text, _ in texts])
        print(f"{ours:.4f} {macro(few, exact)[0]:.4f} {exact_speed:,.0f}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; see the module's docstring."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shared", type=Path, required=True, help="folder that holds data/langid")
    parser.add_argument("--sample", type=int, default=1000, help="texts given to langdetect alone (0: none)")
    parser.add_argument("--held-out", action="store_true", help="sets no constant was chosen on")
    options = parser.parse_args(arguments)
    if not (options.shared / "data" / "langid").is_dir():
        parser.error(f"--shared: {options.shared} has no folder data/langid")
    detect("loading the tables is not timed")
    report((held_out_texts if options.held_out else labelled_texts)(options.shared), options.sample)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
