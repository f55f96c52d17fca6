"""How is the evidence of character statistics, words, letters and other detectors weighed together?

Sum, in natural-log points, for each language of a script: n-gram likelihood + base rate
+ words, beginnings and endings it has - letters it does not have + what other detectors say; then
a tempered softmax. Languages without statistics borrow a likelihood from their relatives. Where
the tables come from and what is done with the answer: see `detection.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from search.analysis.alphabets import foreign_letters
from search.analysis.function_words import WordTables, function_words, words_of
from search.analysis.languages import UNDETERMINED, language
from search.analysis.profiles import Profiles
from search.analysis.relatives import FEE, LEAST_WORDS, RELATIVES
from search.analysis.scripts import main_script
from search.analysis.second_opinions import NO_OPINION, Opinion, Voice

#: Natural-log points of evidence against a language, for each different letter it does not have.
#: Chosen on every other title and sentence: between 4 and 12 the accuracy on sentences moves by 0.1.
FOREIGN_LETTER_WEIGHT = 8.0
#: What one word or one letter cannot say: how much is written in a language. Without it rare
#: languages attract short titles (`M` is Swahili, `Psycho` Tagalog to plain statistics).
BASE_RATES: Mapping[str, float] = {
    "en": 2.0,
    **dict.fromkeys(("fr", "es", "de", "it", "pt"), 1.0),
    # Among its neighbours in Cyrillic letters Russian is what English is among all.
    "ru": 5.0,
    **dict.fromkeys(("mk", "sr"), -2.0),
    **dict.fromkeys(("af", "cy", "so", "sq", "sw", "tl"), -1.5),
    **dict.fromkeys(("bg", "ca", "et", "hr", "lt", "lv", "mr", "ne", "no", "sk", "sl"), -0.75),
}
#: n-grams overlap and repeat each other, so their sum is far too sure of itself. Divided by this,
#: confidence is about the share of right answers: film titles 0.73 and 75 %, sentences 0.95 and 97 %;
#: of the titles given 0.5 to 0.6, 64 % are right.
TEMPERATURE = 5.0
#: Words whose points are kept at hand (under 0.5 KB each).
_WORDS_AT_HAND = 8192

Ranking = list[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class _Told:
    """What one word says: points for each language, and the languages without statistics that list it."""

    points: NDArray[np.float64]
    relatives: tuple[int, ...]


def _told(words: WordTables, with_statistics: int, word: str) -> _Told | None:
    points = words.points(word)
    if points is None:
        return None
    return _Told(points, tuple(column for column in words.known(word) if column >= with_statistics))


@dataclass(frozen=True, slots=True)
class Evidence:
    """The profiles, and what is derived from the other tables for the same languages.

    codes       the languages of the profiles, then those without statistics
    column_of   code → its place in `codes`
    of_script   script → the languages with statistics written in it
    relatives   script → (column, columns it borrows from) of the languages without statistics
    written     script → columns of all of these
    told_by     word → what it says, remembered (see `_Told`)
    """

    profiles: Profiles
    codes: tuple[str, ...]
    column_of: Mapping[str, int]
    base_rates: NDArray[np.float64]
    of_script: Mapping[str, tuple[str, ...]]
    relatives: Mapping[str, tuple[tuple[int, NDArray[np.intp]], ...]]
    written: Mapping[str, frozenset[int]]
    told_by: Callable[[str], _Told | None]

    @classmethod
    def of(cls, profiles: Profiles, *, unmarked: bool = False) -> Evidence:
        """Evidence for the languages of `profiles` and their relatives; `unmarked` for texts whose
        marks were left out, with `profiles` of such."""
        codes = (*profiles.codes, *(code for code in RELATIVES if code not in profiles.codes))
        column_of = {code: column for column, code in enumerate(codes)}
        words = WordTables.of(codes, unmarked=unmarked)
        borrowers: dict[str, list[tuple[int, NDArray[np.intp]]]] = {}
        for code in codes[len(profiles.codes) :]:
            script = main_script(" ".join(function_words().get(code, ()))) or ""
            lenders = [column_of[other] for other in RELATIVES[code] if other in profiles.codes]
            borrowed = np.array(lenders or profiles.scripts.get(script, ()), dtype=np.intp)
            if len(borrowed):
                borrowers.setdefault(script, []).append((column_of[code], borrowed))
        return cls(
            profiles=profiles,
            codes=codes,
            column_of=column_of,
            base_rates=np.array([BASE_RATES.get(code, 0.0) for code in codes]),
            of_script={
                script: tuple(profiles.codes[column] for column in columns)
                for script, columns in profiles.scripts.items()
            },
            relatives={script: tuple(rows) for script, rows in borrowers.items()},
            written={
                script: frozenset((*columns, *(column for column, _ in borrowers.get(script, ()))))
                for script, columns in profiles.scripts.items()
            },
            told_by=lru_cache(maxsize=_WORDS_AT_HAND)(partial(_told, words, len(profiles.codes))),
        )

    def languages_of_script(self, script: str) -> tuple[str, ...]:
        """The languages with statistics that are written in a script."""
        return self.of_script.get(script, ())

    def is_rare(self, code: str) -> bool:
        """Whether little enough is written in a language that one word is no sign of it."""
        return BASE_RATES.get(code, 0.0) < 0 or code not in self.profiles.codes

    def is_common(self, code: str) -> bool:
        """Whether more is written in a language than in most."""
        return BASE_RATES.get(code, 0.0) > 0

    def number_of_candidates(self, script: str) -> int:
        """How many languages of a script can be told apart by statistics and words."""
        return len(self.written.get(script, ()))

    def likeliest_by_words(self, text: str, codes: Sequence[str], opinion: Opinion = NO_OPINION) -> str:
        """Of several languages, the one whose words a text (lower case) has most of, the first of
        these where they have the same."""
        if len(codes) == 1:
            return codes[0]
        total = np.zeros(len(self.codes))
        for word in words_of(text):
            if (told := self.told_by(word)) is not None:
                total += told.points

        def worth(code: str) -> float:
            column = self.column_of.get(code)
            return opinion.points_for(code) + (0.0 if column is None else float(total[column]))

        return max(codes, key=worth)

    def ranked(
        self,
        text: str,
        script: str,
        likelihoods: NDArray[np.float64],
        grams: int,
        *,
        among: Collection[str] | None = None,
        opinion: Opinion = NO_OPINION,
        base_rates: bool = True,
    ) -> Ranking:
        """The languages a text may be in with their shares (0 to 1, sum 1), likeliest first; empty
        when nothing in the text speaks for any.

        `text` is lower case, NFC; `likelihoods` and `grams` are those of `profiles.log_likelihoods`
        for it. `among` restricts the languages to these and their families; without `base_rates` all
        are held to be written equally much.
        """
        usual = self.profiles.scripts.get(script, ())
        told = [told for word in words_of(text) if (told := self.told_by(word)) is not None]
        if not usual or not (grams or told or opinion):
            return []
        scores = self.base_rates.copy() if base_rates else np.zeros(len(self.codes))
        scores[: len(likelihoods)] += likelihoods
        for word in told:
            scores += word.points
        self._subtract_foreign_letters(scores, text, script)
        votes = self._votes(opinion, script)
        listed = _listed_often(told)
        candidates = list(usual)
        for column, lenders in self.relatives.get(script, ()):
            if column in votes or column in listed or (among is not None and self.codes[column] in among):
                scores[column] += likelihoods[lenders].max() - FEE
                candidates.append(column)
                self._borrow_votes(votes, opinion, column, lenders, script)
        for column, points_of_votes in votes.items():
            scores[column] += points_of_votes
        names = [self.codes[column] for column in candidates]
        chosen = scores[candidates]
        outsiders = self._outsiders(opinion, script)
        if outsiders:
            names.extend(outsiders)
            best = likelihoods[list(usual)].max() - FEE
            chosen = np.append(chosen, [best + points_of_votes for points_of_votes in outsiders.values()])
        return _shares(names, chosen, among)

    def _subtract_foreign_letters(self, scores: NDArray[np.float64], text: str, script: str) -> None:
        foreign = foreign_letters(text, script)
        if foreign is None:
            return
        for code, lacking in zip(foreign.codes, foreign.different.tolist(), strict=True):
            if lacking and (column := self.column_of.get(code)) is not None:
                scores[column] -= FOREIGN_LETTER_WEIGHT * lacking

    def _votes(self, opinion: Opinion, script: str) -> dict[int, float]:
        """Column → points, of the languages of this script that have one."""
        votes: dict[int, float] = {}
        for voice in opinion.voices:
            for column, points in self._columns(voice, script).items():
                votes[column] = votes.get(column, 0.0) + points
        return votes

    def _borrow_votes(
        self, votes: dict[int, float], opinion: Opinion, column: int, lenders: NDArray[np.intp], script: str
    ) -> None:
        """A voter that does not know a language means it when it names one of its relatives."""
        for voice in opinion.voices:
            if self.codes[column] not in voice.knows:
                heard = self._columns(voice, script)
                borrowed = max((heard.get(lender, 0.0) for lender in lenders.tolist()), default=0.0)
                votes[column] = votes.get(column, 0.0) + borrowed

    def _columns(self, voice: Voice, script: str) -> dict[int, float]:
        """Column → points of what one voter says."""
        heard: dict[int, float] = {}
        for code, points in voice.points.items():
            column = self._column(code, script)
            if column is not None:
                heard[column] = heard.get(column, 0.0) + points
        return heard

    def _outsiders(self, opinion: Opinion, script: str) -> dict[str, float]:
        """Code → points, of the languages of this script that have no column."""
        return {
            code: opinion.points_for(code)
            for voice in opinion.voices
            for code in voice.points
            if self._column(code, script) is None and script in language(code).scripts
        }

    def _column(self, code: str, script: str) -> int | None:
        """The column of a language, or of its family, in a script."""
        written = self.written.get(script, frozenset())
        for candidate in (code, language(code).base):
            column = self.column_of.get(candidate)
            if column in written:
                return column
        return None


def _listed_often(told: Sequence[_Told]) -> Collection[int]:
    """The languages without statistics that list enough words of a text."""
    columns = Counter(column for word in told for column in word.relatives)
    return [column for column, times in columns.items() if times >= LEAST_WORDS]


def _shares(names: Sequence[str], scores: NDArray[np.float64], among: Collection[str] | None) -> Ranking:
    if among is not None:
        families = {language(code).base for code in among} - {UNDETERMINED}
        kept = [place for place, code in enumerate(names) if code in among or language(code).base in families]
        names, scores = [names[place] for place in kept], scores[kept]
    if not len(names):
        return []
    shares = np.exp((scores - scores.max()) / TEMPERATURE)
    shares /= shares.sum()
    order = np.argsort(-shares, kind="stable").tolist()
    return [(names[place], float(shares[place])) for place in order]
