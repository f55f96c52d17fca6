"""Everyday words tell near relatives apart; without lists nothing is said."""

from __future__ import annotations

import importlib
import importlib.util

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import second_opinions
from search.analysis.detection import detect
from search.analysis.second_opinions import Voter, second_opinion, voters
from search.analysis.word_lists import Steps, WordLists


def steps(*words: str) -> Steps:
    """A list of equally common words: one in a thousand."""
    return [[] for _ in range(300)] + [list(words)]


READ: list[str] = []


def reader(code: str, *words: str) -> tuple[str, object]:
    def read() -> Steps:
        READ.append(code)
        return steps(*words)

    return code, read


def lists() -> WordLists:
    READ.clear()
    return WordLists(
        dict(
            (
                reader("da", "af", "bogen", "hvad", "der"),
                reader("nb", "av", "boken", "hva", "der"),
                reader("nl", "het", "boek", "wat"),
                reader("sh", "knjiga", "ljubav", "šta"),
                reader("mk", "книга", "љубов", "што"),
                reader("el", "βιβλίο"),
                reader("zh", "书"),
            )
        )  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [("Hvad er der?", "da"), ("HVA ER DER", "nb"), ("boek", "nl"), ("ljubav", "hr"), ("књига", "sr"),
     ("љубов", "mk"), ("bogen\u0301 hvad", "da")],
    ids=["danish", "capitals", "dutch", "croatian", "serbian-letters", "macedonian", "marks"],
)  # fmt: skip
def test_listed_words_name_the_language(text: str, code: str) -> None:
    shares = lists().shares(text)
    assert max(shares, key=shares.__getitem__) == code
    assert all(0 <= share <= 1 for share in shares.values())


@pytest.mark.parametrize("text", ["", "1984", "Zzyzx", "βιβλίο", "书", "ሰላም"])
def test_nothing_to_look_up_says_nothing(text: str) -> None:
    assert lists().shares(text) == {}


def test_unlisted_words_make_it_less_sure() -> None:
    both = lists()
    assert both.shares("hvad xyz zyx")["da"] < 0.1 * both.shares("hvad")["da"]


def test_a_language_without_a_list_is_as_likely_as_its_relative() -> None:
    both = lists()
    shares = both.shares("wat boek")
    assert shares["af"] == shares["nl"] > 0.9
    # Finnish has no list here, so Estonian has no stand-in either.
    assert "af" in both.codes
    assert "et" not in both.codes


def test_lists_are_read_when_their_script_comes_and_once() -> None:
    both = lists()
    assert READ == []
    both.shares("љубов")
    assert sorted(READ) == ["mk", "sh"]
    both.shares("книга βιβλίο 书")
    assert sorted(READ) == ["mk", "sh"]
    both.shares("hvad")
    assert sorted(READ) == ["da", "mk", "nb", "nl", "sh", "sh"]  # Croatian and, before, Serbian


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_has_an_answer(text: str) -> None:
    assert all(0 <= share <= 1 for share in lists().shares(text).values())


def test_word_lists_are_no_party_to_agreement(monkeypatch: pytest.MonkeyPatch) -> None:
    known = frozenset(("da", "no"))
    detectors = {name: Voter(lambda _: {"da": 1.0}, known) for name in ("pycld2", "py3langid")}
    monkeypatch.setattr(second_opinions, "_load", lambda: detectors)
    apart = second_opinion("af").points_for("da")
    for said in ("da", "no"):
        both = {**detectors, "wordfreq": Voter(lambda _, said=said: {said: 1.0}, known)}  # type: ignore[misc]
        monkeypatch.setattr(second_opinions, "_load", lambda both=both: both)
        opinion = second_opinion("af")
        listed = second_opinions.POINTS["wordfreq"]
        assert opinion.points_for("da") == apart + (listed if said == "da" else 0.0)
        assert str(opinion) == f"pycld2 da, py3langid da, wordfreq {said}"


def test_another_version_of_the_package_is_not_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    import_module = importlib.import_module

    def other(name: str) -> object:
        return object() if name == "wordfreq" else import_module(name)

    monkeypatch.setattr(second_opinions.importlib, "import_module", other)
    second_opinions._load.cache_clear()
    try:
        assert "wordfreq" not in voters()
        assert detect("Il treno va a Mosca").code == "it"
    finally:
        monkeypatch.undo()
        second_opinions._load.cache_clear()


@pytest.mark.parametrize(
    ("text", "code"),
    [("Hvad laver du i aften?", "da"), ("Hva gjør du i kveld?", "nb"), ("Kje si bil danes zjutraj?", "sl"),
     ("Каде беше утрово?", "mk"), ("Къде беше тази сутрин?", "bg")],
    ids=["danish", "norwegian", "slovene", "macedonian", "bulgarian"],
)  # fmt: skip
def test_installed_lists_tell_relatives_apart(text: str, code: str) -> None:
    if importlib.util.find_spec("wordfreq") is None:
        pytest.skip("wordfreq is not installed (extra `detect`)")
    assert "wordfreq" in voters()
    (voice,) = (voice for voice in second_opinion(text).voices if voice.voter == "wordfreq")
    assert next(iter(voice.points)) == code
    assert "af" in voice.knows
    assert "eu" not in voice.knows
