"""How likely is a text under each language's character statistics?

Holds frequency tables of character 1-, 2- and 3-grams in the form langdetect ships them, and sums
log(p + smoothing) over all n-grams of a text: what langdetect estimates by random draws, evaluated
whole, so the same text always gets the same answer and no seed is needed (with a smaller smoothing, see
`SMOOTHING`). The normalisation of
characters is langdetect's (`NGram.normalize`), because its tables were counted that way.

One row an n-gram, one column a language, in whole steps of a 65,535th of the largest weight: 10 MB
for 55 languages, and a text is judged by adding up rows. Which language is chosen is not decided
here: see `detection.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.analysis.folding import fold
from search.analysis.scripts import script_of

#: Added to each probability. langdetect adds 0.5 / 10,000; less is more telling when all n-grams
#: count and none is drawn: +0.1 points on sentences, +3 on film titles (macro, every other text).
SMOOTHING = 0.2 / 10_000
_SPACE = 0x20
#: A language is written in a script if so much of its letters is (Japanese in three, Korean in two).
_SHARE_OF_SCRIPT = 0.05
_BITS = 16
_STEPS = 0xFFFF


@dataclass(frozen=True, slots=True)
class Profiles:
    """Frequency tables of some languages.

    codes      language codes, as the tables name them; a column of every result is one of them
    keys       n-grams packed into integers (16 bits a character), ascending
    weights    n-gram x language: log(p + smoothing) - log(smoothing), in units of `unit`, so that
               an n-gram a table lacks counts 0
    unit       natural-log points of one step of `weights`
    normal     character → character of the tables, for the basic plane; others become spaces
    scripts    which languages are written in a script: ISO 15924 code → columns
    """

    codes: tuple[str, ...]
    keys: NDArray[np.int64]
    weights: NDArray[np.uint16]
    unit: float
    normal: NDArray[np.uint16]
    scripts: Mapping[str, tuple[int, ...]]

    def of_script(self, script: str) -> Profiles:
        """Only the languages of a script, with the n-grams any of them has: a fraction of the whole, which a
        processor's cache may hold."""
        columns = self.scripts[script]
        weights = self.weights[:, columns]
        rows = weights.any(axis=1)
        return Profiles(
            codes=tuple(self.codes[column] for column in columns),
            keys=self.keys[rows],
            weights=np.ascontiguousarray(weights[rows]),
            unit=self.unit,
            normal=self.normal,
            scripts={script: tuple(range(len(columns)))},
        )


def _normal_characters(same_ideographs: Mapping[str, str]) -> NDArray[np.uint16]:
    """langdetect's `NGram.normalize` as a table. `same_ideographs` maps a character to its class."""
    normal = np.arange(0x10000, dtype=np.uint16)
    for codepoint in range(0x80):
        if not chr(codepoint).isalpha():
            normal[codepoint] = _SPACE
    for character in "\u00a0\u00ab\u00b0\u00bb":
        normal[ord(character)] = _SPACE
    normal[ord("\u0219")], normal[ord("\u021b")] = ord("\u015f"), ord("\u0163")
    normal[0x2000:0x2070] = _SPACE
    normal[ord("\u06cc")] = ord("\u064a")
    normal[0x1EA0:0x1F00] = 0x1EC3
    normal[0x3040:0x30A0] = 0x3042
    normal[0x30A0:0x3100] = 0x30A2
    normal[0x3100:0x3130] = normal[0x31A0:0x31C0] = 0x3105
    normal[0xAC00:0xD7B0] = 0xAC00
    for character, representative in same_ideographs.items():
        normal[ord(character)] = ord(representative)
    return normal


def compile_profiles(tables: Iterable[Mapping[str, Any]], *, same_ideographs: Mapping[str, str]) -> Profiles:
    """Profiles from langdetect's tables: each `{"name": code, "freq": {n-gram: count},
    "n_words": [number of 1-, 2-, 3-grams]}`. Takes about 0.2 s for 55 languages."""
    codes: list[str] = []
    keys: list[NDArray[np.int64]] = []
    weights: list[NDArray[np.float32]] = []
    scripts: dict[str, list[int]] = {}
    for column, table in enumerate(tables):
        codes.append(table["name"])
        grams = np.array(list(table["freq"]), dtype="U3")
        counts = np.fromiter(table["freq"].values(), dtype=np.float64, count=len(grams))
        letters = grams.view(np.uint32).reshape(-1, 3).astype(np.int64)
        lengths = (letters != 0).sum(axis=1)
        probabilities = counts / np.array(table["n_words"], dtype=np.float64)[lengths - 1]
        keys.append((letters[:, 0] << 2 * _BITS) | (letters[:, 1] << _BITS) | letters[:, 2])
        weights.append(np.log(probabilities / SMOOTHING + 1).astype(np.float32))
        for script in _scripts_of_table(table["freq"]):
            scripts.setdefault(script, []).append(column)
    distinct = np.unique(np.concatenate(keys))
    unit = max((float(part.max()) for part in weights if len(part)), default=1.0) / _STEPS
    compiled = np.zeros((len(distinct), len(codes)), dtype=np.uint16)
    for column, (part, values) in enumerate(zip(keys, weights, strict=True)):
        compiled[np.searchsorted(distinct, part), column] = np.rint(values / unit)
    return Profiles(
        codes=tuple(codes),
        keys=distinct,
        weights=compiled,
        unit=unit,
        normal=_normal_characters(same_ideographs),
        scripts={script: tuple(columns) for script, columns in scripts.items()},
    )


def without_marks(tables: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """The tables of languages in Latin letters as if nobody typed marks: what an n-gram is folded to
    gets its count. Queries are often typed so (Czech without marks: 8 % recognised, with these 33)."""
    folded: dict[str, str] = {}
    for table in tables:
        frequencies: dict[str, int] = {}
        counts = table["freq"]
        if not max((gram for gram in counts if len(gram) == 1), key=counts.__getitem__).isascii():
            continue
        for gram, count in counts.items():
            if not gram.isascii():
                letters = [folded.get(one) or folded.setdefault(one, fold(one) or one) for one in gram]
                if sum(map(len, letters)) != len(gram):
                    continue
                gram = "".join(letters)
            frequencies[gram] = frequencies.get(gram, 0) + count
        yield {**table, "freq": frequencies}


def _scripts_of_table(frequencies: Mapping[str, int]) -> list[str]:
    shares: dict[str, int] = {}
    for gram, count in frequencies.items():
        if len(gram) == 1:
            script = script_of(gram)
            shares[script] = shares.get(script, 0) + count
    # Wikipedia in any script is full of Latin names: Latin counts only where it leads.
    most = max(shares.values())
    return [
        script
        for script, count in shares.items()
        if script[0] != "Z" and (count == most or (script != "Latn" and count > most * _SHARE_OF_SCRIPT))
    ]


def _packed(profiles: Profiles, text: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All n-grams of a text (spaces collapsed) and the place in the text where each ends, ascending."""
    codepoints = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    if not len(codepoints):
        empty = np.empty(0, dtype=np.int64)
        return empty, empty
    if codepoints.max() > 0xFFFF:
        codepoints = np.where(codepoints > 0xFFFF, _SPACE, codepoints)
    letters = profiles.normal[codepoints].astype(np.int64)
    is_letter = letters != _SPACE
    keep = is_letter.copy()
    keep[1:] |= is_letter[:-1]
    places = np.flatnonzero(keep)
    read = np.full(len(places) + 2, _SPACE, dtype=np.int64)
    read[2:] = letters[places]
    last, before, beyond = read[2:], read[1:-1], read[:-2]
    # No two spaces follow each other: of a space alone there is no n-gram, nor one across a space.
    keys = np.empty((len(places), 3), dtype=np.int64)
    pairs = before << _BITS | last
    keys[:, 0] = np.where(last != _SPACE, last << 2 * _BITS, 0)
    keys[:, 1] = pairs << _BITS
    keys[:, 2] = np.where(before != _SPACE, beyond << 2 * _BITS | pairs, 0)
    return keys.ravel(), np.repeat(places, 3)


def log_likelihoods(
    profiles: Profiles, texts: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """(scores, grams): per text and language the sum of log(p + smoothing) over its n-grams, less
    the same constant for each language; and per text how many n-grams some table holds.

    `texts` are taken as they are: lower-case and cut them before; each ends with a word's end. Scores
    are natural logarithms.
    """
    number = len(texts)
    keys, places = _packed(profiles, " ".join(texts) + " ")
    found = np.searchsorted(profiles.keys, keys)
    found[found == len(profiles.keys)] = 0
    known = (profiles.keys[found] == keys).nonzero()[0]
    rows = found[known]
    if number == 1:
        sums = profiles.weights[rows].sum(axis=0, dtype=np.uint32, keepdims=True)
        return sums * profiles.unit, np.array([len(rows)])
    borders = np.cumsum([len(text) + 1 for text in texts])
    owner = np.searchsorted(borders, places[known], side="right")
    grams = np.bincount(owner, minlength=number).astype(np.int64)
    scores = np.zeros((number, len(profiles.codes)))
    if len(rows):
        told = grams.nonzero()[0]
        starts = (np.cumsum(grams) - grams)[told]
        sums = np.add.reduceat(profiles.weights[rows], starts, axis=0, dtype=np.uint32)
        scores[told] = sums * profiles.unit
    return scores, grams
