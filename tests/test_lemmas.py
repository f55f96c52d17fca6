"""Do lemmas, where the extra is installed, add stems; and is it noticed when index and server differ?"""

from __future__ import annotations

import threading

import pytest

from search.analysis import fingerprint, lemmas
from search.analysis.analyzer import stems_of
from search.analysis.fingerprint import analysis_difference, analysis_fingerprint, analysis_hash
from search.analysis.folding import normalize
from search.analysis.languages import LANGUAGES
from search.analysis.lemmas import DICTIONARIES, has_lemmas, in_use, lemma_of

needs_lemmas = pytest.mark.skipif(not lemmas.VERSION, reason="needs the extra `lemma` (simplemma)")


@pytest.fixture
def without_lemmas(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the extra were not installed."""
    monkeypatch.setattr(lemmas, "VERSION", "")
    lemma_of.cache_clear()
    analysis_fingerprint.cache_clear()
    monkeypatch.setattr(fingerprint.lemmas, "VERSION", "")


@pytest.fixture(autouse=True)
def _fresh() -> object:
    yield
    lemma_of.cache_clear()
    analysis_fingerprint.cache_clear()


def test_every_dictionary_belongs_to_a_language_of_the_table() -> None:
    assert set(DICTIONARIES) <= set(LANGUAGES)


@needs_lemmas
@pytest.mark.parametrize("code", ["he", "gv", "fa", "tl"])
def test_every_dictionary_can_be_read(code: str) -> None:
    assert has_lemmas(code)
    lemmas.load([code])
    assert lemma_of("-", code) is None


@needs_lemmas
@pytest.mark.parametrize(
    ("code", "form", "lemma"),
    [
        ("cy", "merched", "merch"),
        ("is", "bækur", "bók"),
        ("uk", "людей", "людина"),
        ("sl", "ljudje", "človek"),
        ("el", "ανθρώπους", "άνθρωποσ"),
        ("no", "bøker", "bok"),
        ("fa", "کتابهایی", None),
        ("en", "mice", None),
        ("und", "merched", None),
        ("cy", "", None),
        ("cy", "qqqqzzzz", None),
        ("cy", "m" * 5000, None),
        ("cy", "\ud800", None),
    ],
)
def test_lemma(code: str, form: str, lemma: str | None) -> None:
    assert lemma_of(normalize(form), code) == lemma


@needs_lemmas
@pytest.mark.parametrize(
    ("code", "one", "other"),
    [("cy", "merched", "merch"), ("is", "bækur", "bók"), ("no", "bøker", "bok"), ("ga", "fir", "fear")],
)
def test_forms_that_no_rule_brings_together_share_a_stem(code: str, one: str, other: str) -> None:
    row = LANGUAGES[code]
    assert set(stems_of(one, row)) & set(stems_of(other, row))
    assert not set(stems_of(one, row, lemmas=False)) & set(stems_of(other, row, lemmas=False))


@pytest.mark.parametrize(
    "code", sorted({*DICTIONARIES} & {"he", "cy", "uk", "lv", "ar", "el", "fa", "no", "ka"})
)
def test_lemmas_only_add(code: str) -> None:
    """An index built with lemmas is searched rightly without them, and the other way about."""
    row = LANGUAGES[code]
    for word in (
        "merched",
        "людей",
        "grāmatām",
        "المكتبات",
        "ανθρώπους",
        "کتابها",
        "bøker",
        "წიგნებში",
        "ספרים",
    ):
        exact = normalize(word)
        assert set(stems_of(exact, row, lemmas=False)) <= set(stems_of(exact, row))


@needs_lemmas
def test_many_threads_may_ask_at_once() -> None:
    lemma_of.cache_clear()
    found: list[str | None] = []
    threads = [threading.Thread(target=lambda: found.append(lemma_of("ljudje", "sl"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["človek"] * 8


def test_without_the_extra_there_are_no_lemmas(without_lemmas: None) -> None:
    assert lemma_of("merched", "cy") is None
    assert not has_lemmas("cy")
    assert in_use() == ""
    assert analysis_fingerprint() == analysis_hash()


def test_the_fingerprint_names_what_gives_the_lemmas() -> None:
    assert analysis_difference(analysis_fingerprint()) is None
    assert analysis_fingerprint() == analysis_hash() + (f"+{in_use()}" if in_use() else "")


def test_an_index_with_lemmas_served_without(without_lemmas: None) -> None:
    told = analysis_difference(f"{analysis_hash()}+simplemma-2.0.0")
    assert told is not None
    assert "simplemma-2.0.0" in told
    assert "extra `lemma`" in told


@needs_lemmas
def test_an_index_without_lemmas_served_with_them() -> None:
    told = analysis_difference(analysis_hash())
    assert told is not None
    assert "indexer update" in told


@needs_lemmas
def test_an_index_with_lemmas_of_another_release() -> None:
    told = analysis_difference(f"{analysis_hash()}+simplemma-1.1.2")
    assert told is not None
    assert "simplemma-1.1.2" in told


def test_an_index_of_another_analysis() -> None:
    told = analysis_difference("0123456789abcdef")
    assert told is not None
    assert "another version" in told
