"""How is the evidence of character statistics, words, letters and other detectors weighed together?

Sum, in natural-log points, for each language of a script: n-gram likelihood + base rate
+ words, beginnings and endings it has - letters it does not have + what other detectors say; then
a tempered softmax. Languages without statistics borrow a likelihood from their relatives. Where
the tables come from and what is done with the answer: see `detection.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from search.analysis.alphabets import ALPHABETS, ForeignLetters
from search.analysis.function_words import WordTables, function_words
from search.analysis.languages import UNDETERMINED, language
from search.analysis.profiles import Profiles
from search.analysis.relatives import FEE, LEAST_WORDS, RELATIVES
from search.analysis.scripts import main_script
from search.analysis.second_opinions import NO_OPINION, Opinion, Voice
from search.analysis.word_evidence import WordEvidence

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

#: Stands for the points of a language that is out of the question where differences are taken, and for the
#: sum of no shares.
_LEAST, _TINY = -1e300, 1e-300

Ranking = list[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A text whose script alone did not decide: cleaned, lower case, NFC, one script, `pure` if it had no
    letters of others. `foreign` and `opinion` are what its letters and other detectors say."""

    text: str
    script: str
    pure: bool
    foreign: ForeignLetters | None = None
    opinion: Opinion = NO_OPINION


@dataclass(frozen=True, slots=True)
class _Candidates:
    """The languages of a script that can be told apart.

    script      ISO 15924 code
    codes       those with statistics, then those without
    usual       how many have statistics
    base_rates  as in `BASE_RATES`
    lenders     language without statistics x places of those it borrows from; the first repeated
    places      code → place in `codes`
    alphabets   places of languages with an alphabet, and their places among the script's alphabets
    words       what words say for them
    """

    script: str
    codes: tuple[str, ...]
    usual: int
    base_rates: NDArray[np.float64]
    lenders: NDArray[np.intp]
    places: Mapping[str, int]
    alphabets: tuple[NDArray[np.intp], NDArray[np.intp]]
    words: WordEvidence

    @classmethod
    def of(cls, script: str, profiles: Profiles, codes: Sequence[str], *, unmarked: bool) -> _Candidates:
        """The candidates of a script among `codes`; the first of these are the columns of `profiles`."""
        usual = profiles.scripts[script]
        borrowers = [
            column for column in range(len(profiles.codes), len(codes)) if _script_of(codes[column]) == script
        ]
        own = tuple(codes[column] for column in (*usual, *borrowers))
        places = {code: place for place, code in enumerate(own)}
        lenders = [
            [places[lender] for lender in RELATIVES[codes[column]] if lender in profiles.codes]
            or list(range(len(usual)))
            for column in borrowers
        ]
        most = max(map(len, lenders), default=0)
        alphabets = [
            (places[code], row) for row, code in enumerate(ALPHABETS.get(script, ())) if code in places
        ]
        return cls(
            script,
            own,
            len(usual),
            np.array([BASE_RATES.get(code, 0.0) for code in own]),
            np.array([row + row[:1] * (most - len(row)) for row in lenders], dtype=np.intp),
            places,
            (
                np.array([place for place, _ in alphabets], dtype=np.intp),
                np.array([row for _, row in alphabets], dtype=np.intp),
            ),
            WordEvidence(profiles.of_script(script), WordTables.of(own, unmarked=unmarked), len(borrowers)),
        )

    def place(self, code: str) -> int | None:
        """The place of a language, or of its family."""
        place = self.places.get(code)
        return self.places.get(language(code).base) if place is None else place

    def votes(self, opinion: Opinion, possible: NDArray[np.bool_] | None = None) -> dict[int, float]:
        """Place → points of what all voters say. A voter that does not know a `possible` language
        without statistics means it when it names one of its relatives."""
        votes: dict[int, float] = {}
        for voice in opinion.voices:
            heard = self._heard(voice)
            if possible is not None:
                for borrower in possible[self.usual :].nonzero()[0].tolist():
                    if self.codes[self.usual + borrower] not in voice.knows:
                        lenders = self.lenders[borrower].tolist()
                        borrowed = max(heard.get(lender, 0.0) for lender in lenders)
                        place = self.usual + borrower
                        votes[place] = votes.get(place, 0.0) + borrowed
            for place, points in heard.items():
                votes[place] = votes.get(place, 0.0) + points
        return votes

    def _heard(self, voice: Voice) -> dict[int, float]:
        heard: dict[int, float] = {}
        for code, points in voice.points.items():
            place = self.place(code)
            if place is not None:
                heard[place] = heard.get(place, 0.0) + points
        return heard

    def outsiders(self, opinion: Opinion) -> dict[str, float]:
        """Code → points of the languages of this script that have no place."""
        return {
            code: opinion.points_for(code)
            for voice in opinion.voices
            for code in voice.points
            if self.place(code) is None and self.script in language(code).scripts
        }


def _script_of(code: str) -> str:
    return main_script(" ".join(function_words().get(code, ()))) or ""


@dataclass(frozen=True, slots=True)
class Weighed:
    """All evidence for some texts of one script: natural-log points, text x code; -inf where a language
    is out of the question, in a whole row where nothing in the text speaks for any."""

    codes: tuple[str, ...]
    points: NDArray[np.float64]

    def restricted(self, among: frozenset[str]) -> Weighed:
        """Only these languages and their families."""
        kept = _related(self.codes, among)
        return Weighed(tuple(self.codes[place] for place in kept.tolist()), self.points[:, kept])

    def ranked(self, text: int) -> Ranking:
        """The languages of a text, by its row, with their shares (0 to 1, sum 1), likeliest first."""
        points = self.points[text]
        shares = np.exp((points - max(points.max(initial=_LEAST), _LEAST)) / TEMPERATURE)
        shares /= max(shares.sum(), _TINY)
        possible = int((points > -np.inf).sum())
        order = np.argsort(-points, kind="stable")[:possible]
        return [
            (self.codes[place], share) for place, share in zip(order, shares[order].tolist(), strict=True)
        ]

    def leading(self) -> Iterator[tuple[str | None, float, str | None]]:
        """Of each text the first language with its share, and the second, where there are any."""
        if not self.codes:
            yield from ((None, 0.0, None) for _ in self.points)
            return
        texts = np.arange(len(self.points))
        first = self.points.argmax(axis=1)
        best = self.points[texts, first]
        relative = self.points - np.maximum(best, _LEAST)[:, np.newaxis]
        shares = 1 / np.maximum(np.exp(relative / TEMPERATURE).sum(axis=1), _TINY)
        relative[texts, first] = -np.inf
        second = relative.argmax(axis=1)
        seconds = relative[texts, second].tolist()
        for one, point, share, other, next_point in zip(
            first.tolist(), best.tolist(), shares.tolist(), second.tolist(), seconds, strict=True
        ):
            if point == -np.inf:
                yield None, 0.0, None
            else:
                yield self.codes[one], share, None if next_point == -np.inf else self.codes[other]


class Evidence:
    """The profiles, and what is derived from the other tables for the same languages.

    codes       the languages of the profiles, then those without statistics
    column_of   code → its place in `codes`
    """

    def __init__(self, profiles: Profiles, *, unmarked: bool = False) -> None:
        """Evidence for the languages of `profiles` and their relatives; `unmarked` for texts whose
        marks were left out, with `profiles` of such."""
        self._with_statistics = frozenset(profiles.codes)
        self.codes = (*profiles.codes, *(code for code in RELATIVES if code not in profiles.codes))
        self.column_of = {code: column for column, code in enumerate(self.codes)}
        self._of_script = {
            script: _Candidates.of(script, profiles, self.codes, unmarked=unmarked)
            for script in profiles.scripts
        }

    def languages_of_script(self, script: str) -> tuple[str, ...]:
        """The languages with statistics that are written in a script."""
        candidates = self._of_script.get(script)
        return () if candidates is None else candidates.codes[: candidates.usual]

    def is_rare(self, code: str) -> bool:
        """Whether little enough is written in a language that one word is no sign of it."""
        return BASE_RATES.get(code, 0.0) < 0 or code not in self._with_statistics

    def is_common(self, code: str) -> bool:
        """Whether more is written in a language than in most."""
        return BASE_RATES.get(code, 0.0) > 0

    def number_of_candidates(self, script: str) -> int:
        """How many languages of a script can be told apart by statistics and words."""
        candidates = self._of_script.get(script)
        return 0 if candidates is None else len(candidates.codes)

    def likeliest_by_words(
        self, text: str, script: str, codes: Sequence[str], opinion: Opinion = NO_OPINION
    ) -> str:
        """Of several languages of a script, the one whose words a text (lower case) has most of, the
        first of these where they have the same."""
        if len(codes) == 1:
            return codes[0]
        candidates = self._of_script[script]
        points = candidates.words.of([text]).points[0]

        def worth(code: str) -> float:
            place = candidates.places.get(code)
            return opinion.points_for(code) + (0.0 if place is None else float(points[place]))

        return max(codes, key=worth)

    def weigh(
        self, texts: Sequence[Prepared], *, among: Collection[str] | None = None, base_rates: bool = True
    ) -> Weighed:
        """All evidence for texts of one script that has candidates.

        `among` restricts the languages to these and their families; without `base_rates` all are held
        to be written equally much.
        """
        candidates = self._of_script[texts[0].script]
        usual = candidates.usual
        said = candidates.words.of([one.text for one in texts])
        points = said.points.astype(np.float64)
        points[:, :usual] += said.likelihoods
        if base_rates:
            points += candidates.base_rates
        for row, one in zip(points, texts, strict=True):
            if one.foreign is not None:
                with_alphabet, alphabet = candidates.alphabets
                row[with_alphabet] -= FOREIGN_LETTER_WEIGHT * one.foreign.different[alphabet]
        possible = np.ones(points.shape, dtype=bool)
        possible[:, usual:] = said.listed >= LEAST_WORDS
        if among is not None:
            possible[:, usual:] |= _named(candidates.codes[usual:], frozenset(among))
        heard = [(row, one.opinion) for row, one in enumerate(texts) if one.opinion]
        for row, opinion in heard:
            possible[row, list(candidates.votes(opinion))] = True
        rows, borrowers = possible[:, usual:].nonzero()
        if len(rows):
            lent = said.likelihoods[rows[:, np.newaxis], candidates.lenders[borrowers]]
            points[rows, usual + borrowers] += lent.max(axis=1) - FEE
        for row, opinion in heard:
            for place, vote in candidates.votes(opinion, possible[row]).items():
                points[row, place] += vote
        said_nothing = ~said.anything
        said_nothing[[row for row, _ in heard]] = False
        points[~possible | said_nothing[:, np.newaxis]] = -np.inf
        weighed = Weighed(candidates.codes, points)
        if heard:
            weighed = _with_outsiders(weighed, candidates, heard, said.likelihoods)
        return weighed if among is None else weighed.restricted(frozenset(among))


def _with_outsiders(
    weighed: Weighed,
    candidates: _Candidates,
    heard: Sequence[tuple[int, Opinion]],
    likelihoods: NDArray[np.float32],
) -> Weighed:
    """With languages of the script that only detectors know, each as likely as the likeliest."""
    votes = {row: candidates.outsiders(opinion) for row, opinion in heard}
    codes = list(dict.fromkeys(code for outsiders in votes.values() for code in outsiders))
    points = np.full((len(likelihoods), len(codes)), -np.inf)
    for row, outsiders in votes.items():
        for code, vote in outsiders.items():
            points[row, codes.index(code)] = likelihoods[row].max() - FEE + vote
    return Weighed((*weighed.codes, *codes), np.hstack((weighed.points, points)))


@lru_cache(maxsize=256)
def _named(codes: tuple[str, ...], among: frozenset[str]) -> NDArray[np.bool_]:
    return np.array([code in among for code in codes], dtype=bool)


@lru_cache(maxsize=256)
def _related(codes: tuple[str, ...], among: frozenset[str]) -> NDArray[np.intp]:
    """The places of the codes that are among those asked for, or in a family with one."""
    families = {language(code).base for code in among} - {UNDETERMINED}
    kept = [place for place, code in enumerate(codes) if code in among or language(code).base in families]
    return np.array(kept, dtype=np.intp)
