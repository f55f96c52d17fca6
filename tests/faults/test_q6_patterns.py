"""Q6: every regular expression of the project takes time in proportion to the text, whatever the text is."""

from __future__ import annotations

import random
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import pytest
from compiled_patterns import Found, attacks, compiled_patterns
from fault_figures import begin, is_long, record

#: Ten times the text may take this much longer. What is over in `UNMEASURABLE` seconds tells nothing.
RATIO = 15
UNMEASURABLE = 0.0002
#: How often what looks too slow is measured again.
AGAIN = 10
#: Seconds after which an attack has succeeded.
HANGS = 2.0 if is_long() else 0.5
#: Attacks on one pattern in the short form: others with every seed.
SAMPLE = 10
#: Characters of the texts of the last, of the one before …: each ten times as long.
LENGTHS = (1_000, 10_000, 100_000) if is_long() else (1_000, 10_000)

#: Calls whose pattern is known only when they run → a pattern like those; None where the module holds them
#: all, so that they are found there.
MADE_LATER: dict[str, re.Pattern[Any] | None] = {
    "search.analysis.keyboard_layouts: unwritten": None,
    "search.analysis.romanization.thai: pattern.replace('C', _OPENING).replace('F', _CLOSING)": None,
    "search.analysis.sound_keys: '|'.join((f'({letters})' for letters, _ in found))": None,
    "search.analysis.sound_keys: pattern": None,
    "search.index.title_order: "
    "b'|'.join((re.escape(letter.encode()) for letter in sorted(letters)))": re.compile(
        b"|".join(re.escape(letter.encode()) for letter in ("a", "æ", "ch", "dž", "dz", "ll"))
    ),
    "search.opensearch.title_keys: letters": re.compile("ñ|ll|dž|dz|ch|æ|a"),
}


class _Hangs(Exception):
    pass


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """`_Hangs` after so much processor time; `re` looks for signals now and then."""

    def expire(_number: int, _frame: FrameType | None) -> None:
        raise _Hangs

    before = signal.signal(signal.SIGVTALRM, expire)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def seconds_of(pattern: re.Pattern[Any], method: str, text: str) -> float:
    """Processor time of one call; `HANGS` if it does not end."""
    given: Any = text.encode("utf-8", "surrogatepass") if isinstance(pattern.pattern, bytes) else text
    begun = time.thread_time()
    try:
        with _limited(HANGS):
            if method in ("match", "fullmatch", "search"):
                getattr(pattern, method)(given)
            else:
                for _ in pattern.finditer(given):
                    pass
    except _Hangs:
        return HANGS
    return time.thread_time() - begun


def ways(found: Found) -> set[str]:
    """The methods by the work they make: all that walk through the whole text do the same."""
    return {one if one in ("match", "fullmatch", "search") else "finditer" for one in found.methods}


def worst_ratio(found: Found, source: random.Random | None = None) -> tuple[float, str]:
    """How many times longer ten times the text takes at the worst, and with what. With `source`, only
    some of the attacks are tried."""
    worst = 0.0, ""
    for method in sorted(ways(found)):
        texts = [list(attacks(found.pattern, length)) for length in LENGTHS]
        chosen = list(zip(*texts, strict=True))
        for same in source.sample(chosen, min(SAMPLE, len(chosen))) if source else chosen:
            shorter = seconds_of(found.pattern, method, same[0])
            if shorter >= HANGS:
                return float("inf"), f"{method} on {same[0][:20]!r} … {same[0][-3:]!r} does not end"
            for text in same[1:]:
                longer = seconds_of(found.pattern, method, text)
                ratio = longer / max(shorter, UNMEASURABLE)
                if ratio > RATIO and longer < HANGS:
                    # Somebody else may have had the processor's cache: the best counts, of both in turns.
                    before = same[same.index(text) - 1]
                    for _ in range(AGAIN):
                        shorter = min(shorter, seconds_of(found.pattern, method, before))
                        longer = min(longer, seconds_of(found.pattern, method, text))
                    ratio = longer / max(shorter, UNMEASURABLE)
                if ratio > worst[0]:
                    worst = (
                        ratio,
                        f"{method} on {len(text):,} × {text[:20]!r} … {text[-3:]!r}: {longer:.3f} s",
                    )
                if ratio > RATIO:
                    break
                shorter = longer
            if worst[0] > RATIO:
                return worst
    return worst


def test_q6_the_attacks_are_attacks() -> None:
    """Patterns known to be slow are found out."""
    for text in (r"(a+)+$", r"\s*;\s*$", "(?:a|a)*b"):
        found = Found("here", re.compile(text), frozenset(("search",)))
        assert worst_ratio(found)[0] > RATIO, text


@pytest.mark.timeout(1_800)
def test_q6_every_pattern_is_linear() -> None:
    source = begin("Q6")
    found, unknown = compiled_patterns()
    assert len(found) > 120
    assert set(unknown) <= MADE_LATER.keys(), unknown
    every = [*found, *(Found(name, one, frozenset(("finditer",))) for name, one in MADE_LATER.items() if one)]
    worst = {one.place: worst_ratio(one, None if is_long() else source) for one in every}
    slow = {place: what for place, what in worst.items() if what[0] > RATIO}
    place = max(worst, key=lambda one: worst[one][0])
    record(
        "Q6", "time ratio ≤ 15 per ×10",
        f"{len(every)} patterns up to {LENGTHS[-1]:,} characters, {len(slow)} above; worst ratio "
        f"{worst[place][0]:.1f} ({place})",
    )  # fmt: skip
    assert not slow, "\n".join(f"{one}: ×{ratio:.0f}, {what}" for one, (ratio, what) in slow.items())
