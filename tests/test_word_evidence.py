"""Words judged once and added up: the same as judging each text by itself."""

from __future__ import annotations

import threading
from dataclasses import fields, replace

import numpy as np
import pytest

from indexer.document import AlternativeTitle, Document, Person
from indexer.record import content_hash, prepare, prepare_many
from search.analysis import detection, word_evidence
from search.analysis.detection import Clues, decide_language, decide_languages, detect, detect_many
from search.analysis.function_words import WordTables
from search.analysis.profiles import compile_profiles, log_likelihoods
from search.analysis.word_evidence import WordEvidence, stretches_of
from search.configuration import Settings

TEXTS = [
    "The lighthouse keeper's daughter counts ships every evening, and nobody asks her why.",
    "La hija del farero cuenta barcos cada noche y nadie le pregunta por qué.",
    "Дочь смотрителя маяка каждый вечер считает корабли, и никто не спрашивает зачем.",
    "Córka latarnika co wieczór liczy statki i nikt nie pyta dlaczego.",
    "灯台守の娘は毎晩船を数えている。",
    "Up",
    "1984",
    "",
    "\ud800 😀",
]


@pytest.mark.parametrize(
    ("text", "stretches"),
    [
        ("the end, 1984", ["the", "end"]),
        ("l'été d’un “fou”", ["l", "été", "d", "un", "fou"]),
        ("(tv series)", ["tv", "series"]),
        ("кин-дза-дза!", ["кин", "дза", "дза"]),
        ("1984 … ?!", ["…"]),
        ("\ud800x", ["\ud800x"]),
        ("", []),
    ],
)
def test_stretches(text: str, stretches: list[str]) -> None:
    # An ellipsis is general punctuation: nothing is left of it.
    assert stretches_of(text) == [one for one in stretches if one != "…"]


def small_evidence() -> WordEvidence:
    tables = [
        {
            "name": "en",
            "freq": {"t": 9, "h": 5, "th": 4, " th": 3, "he ": 3, "e ": 5},
            "n_words": [40, 30, 20],
        },
        {
            "name": "de",
            "freq": {"d": 7, "e": 9, "de": 4, " de": 3, "er ": 3, "r ": 5},
            "n_words": [40, 30, 20],
        },
    ]
    return WordEvidence(compile_profiles(tables, same_ideographs={}), WordTables.of(("en", "de", "nds")), 1)


def test_words_add_up_to_the_text() -> None:
    evidence = small_evidence()
    texts = ["the der them", "", "he; the the", "de dat nich is"]
    said = evidence.of(texts)
    expected, _ = log_likelihoods(evidence._profiles, texts)
    np.testing.assert_allclose(said.likelihoods, expected, rtol=1e-5)
    assert said.anything.tolist() == [True, False, True, True]
    assert said.listed[:, 0].tolist()[1] == 0
    assert said.listed[3, 0] >= 2
    assert said.points[0, 0] > 0


def test_what_is_forgotten_is_judged_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_evidence, "_most_words", 3)
    evidence = small_evidence()
    first = evidence.of(["the der", "them he dat"])
    for _ in range(3):
        again = evidence.of(["the der", "them he dat"])
        np.testing.assert_array_equal(first.points, again.points)
        np.testing.assert_array_equal(first.likelihoods, again.likelihoods)


def test_more_words_than_there_is_room_for_at_first() -> None:
    evidence = small_evidence()
    letters = "abcdefghijklmnopqrstuvwxyz"
    many = " ".join(f"{a}{b}{c}" for a in "dther" for b in letters for c in letters)
    expected, _ = log_likelihoods(evidence._profiles, [many])
    np.testing.assert_allclose(evidence.of([many]).likelihoods, expected, rtol=1e-4)
    np.testing.assert_allclose(evidence.of(["the", many]).likelihoods[1:], expected, rtol=1e-4)


def test_threads_may_share_what_was_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_evidence, "_most_words", 20)
    expected = [detect(text) for text in TEXTS]
    wrong: list[object] = []

    def ask() -> None:
        for _ in range(20):
            found = detect_many(TEXTS)
            wrong.extend(pair for pair in zip(expected, found, strict=True) if pair[0] != pair[1])

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_many_documents_are_decided_as_each_is() -> None:
    clues = [Clues(title, text, prior=prior) for title in TEXTS for text in TEXTS for prior in (None, "ru")]
    clues += [Clues("Le départ", TEXTS[0], declared) for declared in ("it", "xx-nothing", "")]
    one_by_one = [
        decide_language(title=one.title, text=one.text, declared=one.declared, prior=one.prior)
        for one in clues
    ]
    assert decide_languages(clues) == one_by_one


def test_many_documents_are_prepared_as_each_is() -> None:
    documents = [
        Document(
            f"{number}",
            title,
            text,
            language=language,
            original_title=original,
            also_known_as=(
                AlternativeTitle("Ночь"),
                AlternativeTitle("Noche", "es"),
                AlternativeTitle("Ночь", "bg"),
            ),
        )
        for number, (title, text) in enumerate(zip(reversed(TEXTS), TEXTS, strict=True))
        for language in (None, "en")
        for original in (None, "La nuit américaine")
    ]
    documents = [one for one in documents if "\ud800" not in one.title + one.text]
    together = prepare_many(documents, Settings())
    assert together == [prepare(one, Settings()) for one in documents]
    # A title is named once, in the language it is first said to be in.
    assert [(one.text, one.language) for one in together[0].other_titles[-2:]] == [
        ("Noche", "es"),
        ("Ночь", "ru"),
    ]


LONG_ENGLISH = (
    " ".join((TEXTS[0], "When the ships stop coming, she walks down to the harbour to find them.")) * 3
)


@pytest.mark.parametrize("text", [LONG_ENGLISH, LONG_ENGLISH.upper()], ids=["as written", "in capitals"])
def test_a_long_text_is_decided_by_its_beginning(text: str) -> None:
    beginning = detect(text[: detection.BEGINNING].rpartition(" ")[0])
    assert beginning.confidence >= detection.DECISIVE
    assert detect(text, mode="alone").code == beginning.code == "en"


@pytest.mark.parametrize(
    ("beginning", "code"),
    [("千と千尋の神隠し、となりのトトロ、もののけ姫", "en"), ("Il treno, la notte e il mare.", "en")],
    ids=["other script", "other language"],
)
def test_a_foreign_beginning_does_not_decide(beginning: str, code: str) -> None:
    assert detect(f"{beginning}: {LONG_ENGLISH}").code == code


def test_hash_says_everything_but_the_origin() -> None:
    document = Document("1", "Title", 'A "text" with ,"origin":" in it', origin="here:1")
    other: dict[str, object] = {
        "year": 1966, "people": (Person("Somebody"),), "extra": {"origin": "elsewhere"},
        "also_known_as": (AlternativeTitle("Titel", "de"),),
    }  # fmt: skip
    # Neither where it was found nor what was decided about it.
    unsaid = {"origin", "decided"}
    hashes = {content_hash(document)}
    for one in fields(Document):
        if one.name not in unsaid:
            hashes.add(content_hash(replace(document, **{one.name: other.get(one.name, "x")})))  # type: ignore[arg-type]
    assert len(hashes) == len(fields(Document)) - len(unsaid) + 1
    for origin in ("", "there:2", '","origin":"', "é"):
        assert content_hash(replace(document, origin=origin)) == content_hash(document)
