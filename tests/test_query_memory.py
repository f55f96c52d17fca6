"""What is remembered of queries: does it change no answer, stay within bounds, go with its generation?"""

from __future__ import annotations

import gc
import random
import weakref
from dataclasses import replace
from pathlib import Path

import pytest
from small_index import SETTINGS, indexed

from search import answer
from search.analysis.analyzer import SHORTEST_STEM, analyze_word, stems_of
from search.analysis.folding import fold, normalize
from search.analysis.languages import LANGUAGES, language
from search.analysis.scripts import main_script
from search.analysis.stop_words import stop_words
from search.configuration import Settings
from search.query import lexer
from search.query.candidate import Candidate
from search.query.every_language import KEPT_SHARE, codes_of_script, other_spellings, telling_stems
from search.query.known_words import KnownWords
from search.query.memory import Memory, size_of_node
from search.query.plan import Alternative, Unit
from search.query.second_try import SecondTry
from search.query.tree import And, Word
from search.query.vocabulary import Vocabulary
from search.request import SearchRequest
from search.results import SearchResults
from search.searcher import Searcher

FILMS = [
    {
        "id": "stalker",
        "title": "Сталкер",
        "language": "ru",
        "text": "Проводник ведёт двоих в запретную зону.",
    },
    {"id": "oldboy", "title": "올드보이", "language": "ko"},
    {"id": "chihiro", "title": "千と千尋の神隠し", "language": "ja"},
    {"id": "matrix", "title": "The Matrix", "language": "en", "text": "A film about a dream of machines."},
    {"id": "wreck", "title": "Trainwreck", "language": "en"},
    {"id": "santa", "title": "Bad Santa", "language": "en", "text": "Thieves in a department store."},
    {
        "id": "mueller",
        "title": "Die Müllers",
        "language": "de",
        "text": "Krieg war im Dorf, sagt der Müller.",
    },
    {"id": "war", "title": "The War Game", "language": "en", "text": "A war that nobody saw coming."},
    {"id": "film", "title": "Film", "language": "en", "text": "A man without a name."},
    {"id": "genius", "title": "ฉลาดเกมส์โกง", "language": "th"},
]
QUERIES = [
    "the martix", "war", "der war", "film", "film matrix", "müller", "mueller", "stalkre", "train wreck",
    "bda santa", "сталкер", "ﾄﾄﾛ", "千と千尋", "ฉลาดเกม", "올드보애", "cnfkrth", '"the war" -game', "matr*",
    "", "xyzzy",
]  # fmt: skip
WORDED = replace(SETTINGS, collection_words=("film", "films"))
UNWORDED = replace(SETTINGS, collection_words=())


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("films")
    indexed(folder, FILMS)
    return folder / "index"


def _requests(query: str) -> list[SearchRequest]:
    return [
        SearchRequest(q=query, explain=True),
        SearchRequest(q=query, exact=True),
        SearchRequest(q=query, languages=("de", "ru"), languages_stated=True),
        SearchRequest(q=query, languages=("en",)),
        SearchRequest(q=query + "?"),
    ]


def _told(results: SearchResults) -> str:
    return repr(replace(results, took_ms=0.0))


@pytest.mark.parametrize("query", QUERIES)
def test_what_was_asked_before_changes_no_answer(index: Path, query: str) -> None:
    """Each request of a searcher of its own, then all of them twice, mixed, by the same one."""
    requests = [(settings, one) for settings in (WORDED, UNWORDED) for one in _requests(query)]
    expected = [_told(Searcher.open(index, settings).search(one)) for settings, one in requests]
    used = {settings.collection_words: Searcher.open(index, settings) for settings in (WORDED, UNWORDED)}
    order = [*range(len(requests))] * 2
    random.Random(query).shuffle(order)
    for place in order:
        settings, one = requests[place]
        assert _told(used[settings.collection_words].search(one)) == expected[place]


def test_settings_that_share_an_engine_do_not_share_their_words(index: Path) -> None:
    engine = Searcher.open(index, WORDED).engine()

    def wanted(settings: Settings) -> int:
        return answer.Answer(engine, settings, SearchRequest(q="film of machines")).results(0.0).total

    before = wanted(WORDED), wanted(UNWORDED)
    assert (wanted(WORDED), wanted(UNWORDED)) == before


def test_memory_goes_with_its_engine(index: Path) -> None:
    searcher = Searcher.open(index, SETTINGS)
    searcher.search(SearchRequest(q="the martix"))
    memory = weakref.ref(answer._facts[searcher.engine()].memory)
    assert memory() is not None
    del searcher
    gc.collect()
    assert memory() is None


# Words in every language


HELD = frozenset(LANGUAGES) - {"vi"}
WORDS = [
    "derechos", "padrino", "inu", "treni", "Müller", "Åsa", "straße", "xiv", "Rocky", "über", "ñandú", "işık",
    "năm", "ciudades", "menneisyyttä", "houses", "времени", "лобанова", "ёлки", "хіх", "المكتبات", "کتابها",
    "और", "ספרים", "θίασος", "წიგნებში", "三百", "1984", "a", "x" * 120, "é" * 110, "½", "ﷺ", "Ⅳ",
]  # fmt: skip


@pytest.mark.parametrize("held", [HELD, frozenset(("de", "en", "ru")), frozenset(("fi",)), frozenset[str]()])
@pytest.mark.parametrize("word", WORDS)
def test_spellings_are_those_of_the_analyzer_in_every_language(word: str, held: frozenset[str]) -> None:
    exact = normalize(word)
    script = main_script(exact) or "Zyyy"
    expected = dict.fromkeys(
        one
        for code in codes_of_script(script, held)
        for one in analyze_word(word, False, code).folded
        if one != exact
    )
    assert other_spellings(exact, script, held) == tuple(expected)


@pytest.mark.parametrize("likely", [(), ("pt",), ("de",), ("ru",), ("nb",), ("af",), ("fi", "et")])
@pytest.mark.parametrize("word", WORDS)
def test_stems_are_those_of_every_language(word: str, likely: tuple[str, ...]) -> None:
    exact = normalize(word)
    script = main_script(exact) or "Zyyy"
    codes = codes_of_script(script, HELD)
    expected: dict[str, None] = {}
    for code in codes:
        for stem in stems_of(exact, language(code), lemmas=code in likely):
            lost = len(exact) - len(stem)
            enough = lost <= 1 or (len(stem) > SHORTEST_STEM and len(stem) >= KEPT_SHARE * len(exact))
            is_small = len(stem) < SHORTEST_STEM or any(stem in stop_words(one) for one in codes)
            if (code in likely or enough) and (stem in (exact, fold(exact)) or not is_small):
                expected[stem] = None
    assert telling_stems(exact, script, HELD, likely) == tuple(expected)


# Second tries


def _second_try(searcher: Searcher, memory: Memory) -> SecondTry:
    engine = searcher.engine()
    languages = frozenset(("en", "de", "ru", "ko", "ja", "th"))
    vocabulary = Vocabulary(engine.frequency, engine.terms_with_prefix, languages, memory=memory)
    return SecondTry(vocabulary, engine.similar_spellings, frozenset(("Latn", "Cyrl", "Hang")))


@pytest.mark.parametrize("typed", ["the martix", "train wreck", "cnfkrth", "bda santa", "matrix"])
def test_candidates_go_on_where_they_were_left(index: Path, typed: str) -> None:
    searcher = Searcher.open(index, SETTINGS)
    query = And(tuple(map(Word, typed.split()))) if " " in typed else Word(typed)

    def asked(memory: Memory, most: int) -> list[Candidate]:
        found = _second_try(searcher, memory).candidates(query, typed, ())
        return [one for one, _ in zip(found, range(most), strict=False)]

    everything = asked(Memory(), 100)
    memory = Memory()
    for most in (1, 2, 1, 100, 100):
        assert asked(memory, most) == everything[:most]


@pytest.mark.parametrize(
    ("words", "word", "others", "completing"),
    [
        (["trian", "wreck"], "trian", ["train", "brian"], ["train"]),
        (["bad", "snata"], "snata", ["santa", "Santa", "satan"], ["santa", "Santa"]),
        (["the", "war", "gmae"], "gmae", ["game"], ["game"]),
        (["matrix"], "matrix", ["the matrix"], ["the matrix"]),
        (["the", "the"], "the", ["matrix"], []),
        (["", "santa"], "santa", ["bad santa"], ["bad santa"]),
        (["the", "matrix"], "matrix", ["", "x" * 200], []),
    ],
)
def test_titles_that_a_word_completes(
    index: Path, words: list[str], word: str, others: list[str], completing: list[str]
) -> None:
    known = KnownWords(_second_try(Searcher.open(index, SETTINGS), Memory()).vocabulary)
    assert list(known.completing(words, word, others)) == completing
    place = words.index(word)
    assert known.may_be_title(words[:place], words[place + 1 :]) or not completing


# Bounds


def test_memory_is_bounded(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.query.memory.WORD_BYTES", 20_000)
    monkeypatch.setattr("search.query.memory.PLAN_BYTES", 20_000)
    searcher = Searcher.open(index, SETTINGS)
    generator = random.Random(3)
    for _ in range(60):
        searcher.search(SearchRequest(q="".join(generator.choices("abcdeйㄱ가京ก ", k=9))))
    memory = answer._facts[searcher.engine()].memory
    for kept in (memory.words, memory.grams, memory.plans):
        entries = [*kept._young.values(), *kept._old.values()]
        assert 0 < sum(size for _, size in entries) <= 20_000


def test_longer_plans_are_held_to_be_larger() -> None:
    short = Unit("a", (Alternative("exact", "exact", ("a",), ("title",)),))
    longer = replace(
        short, alternatives=(*short.alternatives, Alternative("stem", "stem", ("ab", "abc"), ()))
    )
    assert size_of_node(short) + 200 < size_of_node(longer)


def test_texts_without_signs_are_cut_as_all_others() -> None:
    generator = random.Random(5)
    pieces = [
        "a",
        "OR",
        "AND",
        "b*",
        "的",
        "½",
        "é",
        "!",
        "it's",
        "\u3000",
        "\x85",
        "*",
        "§",
        "\u200d",
        "c.d",
        "\U0001f600",
    ]
    for _ in range(2000):
        text = generator.choice(["", " "]).join(generator.choices(pieces, k=generator.randint(0, 8)))
        assert lexer.tokens_of(text) == lexer._Lexer(text, ()).tokens(), text
