"""Other detectors are evidence where they are installed; absent or broken they change nothing else."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis import second_opinions
from search.analysis.detection import decide_language, detect, detect_many
from search.analysis.second_opinions import NO_OPINION, Voter, second_opinion, voters

GALICIAN = "Quero saber onde vive agora a miña irmá."
ITALIAN = "Il treno va a Mosca"


def use(monkeypatch: pytest.MonkeyPatch, **asked: Callable[[str], Mapping[str, float]]) -> None:
    """Put these in the place of the installed detectors."""
    everyone = frozenset(("it", "en", "gl", "pt", "es", "co", "no", "hr", "ru", "zu"))
    found = {name: Voter(ask, everyone) for name, ask in asked.items()}
    monkeypatch.setattr(second_opinions, "_load", lambda: found)


def fail(text: str) -> Mapping[str, float]:
    raise RuntimeError("input contains invalid UTF-8 around byte 3")


def test_absent_voters_leave_the_decision_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch)
    assert voters() == ()
    assert second_opinion(ITALIAN) is NO_OPINION
    for text in (ITALIAN, GALICIAN, "Up", "東京物語", ""):
        assert detect(text) == detect(text, mode="alone")


def test_a_failing_voter_has_said_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, pycld2=fail, py3langid=lambda _: {"it": 0.9})
    assert detect(ITALIAN).reason.endswith("; py3langid it")
    use(monkeypatch, pycld2=fail)
    assert detect(ITALIAN) == detect(ITALIAN, mode="alone")


@pytest.mark.parametrize("missing", ["pycld2", "py3langid", "wordfreq"])
def test_either_may_be_absent_alone(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import_module = importlib.import_module

    def without(name: str) -> object:
        if name.startswith(missing):
            raise ImportError(name)
        return import_module(name)

    monkeypatch.setattr(second_opinions.importlib, "import_module", without)
    second_opinions._load.cache_clear()
    try:
        assert missing not in voters()
        assert detect(ITALIAN).code == "it"
    finally:
        monkeypatch.undo()
        second_opinions._load.cache_clear()


def test_reason_names_the_voters(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, pycld2=lambda _: {"gl": 0.8, "pt": 0.2}, py3langid=lambda _: {"gl": 0.7})
    decision = detect(GALICIAN)
    assert decision.code == "gl"
    assert decision.reason.endswith("; pycld2 gl, py3langid gl")
    assert decide_language(text=GALICIAN).reason == decision.reason


@pytest.mark.parametrize(
    ("text", "shares", "code"),
    [
        ("Banda", {"zu": 1.0}, "zu"),
        ("Banda", {"tlh": 1.0, "xx-Qaai": 1.0}, "alone"),
        ("Banda", {"ru": 1.0}, "alone"),
        ("The children play in the garden every afternoon.", {"co": 1.0}, "en"),
        ("Barna leker i hagen hver ettermiddag.", {"nb": 1.0}, "no"),
        ("Djeca se igraju u vrtu.", {"bs": 1.0}, "hr"),
        ("東京物語", {"en": 1.0}, "alone"),
        ("Θίασος", {"en": 1.0}, "el"),
    ],
    ids=["a-language-of-its-own", "unknown-codes", "other-script", "one-voice-against-much-evidence",
         "norwegian-family", "serbo-croatian-family", "han", "script-decides"],
)  # fmt: skip
def test_votes(monkeypatch: pytest.MonkeyPatch, text: str, shares: dict[str, float], code: str) -> None:
    use(monkeypatch, pycld2=lambda _: shares, py3langid=lambda _: shares)
    expected = detect(text, mode="alone").code if code == "alone" else code
    assert detect(text).code == expected


def test_a_voter_that_does_not_know_a_language_is_not_against_it(monkeypatch: pytest.MonkeyPatch) -> None:
    low_german = "Ik weet nich, wat he vundaag mookt hett."
    assert detect(low_german, mode="alone").code == "nds"
    use(monkeypatch, pycld2=lambda _: {"nl": 1.0}, py3langid=lambda _: {"nl": 1.0})
    assert detect(low_german).code == "nds"


def test_a_voter_says_more_of_a_longer_text(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, pycld2=lambda _: {"co": 1.0}, py3langid=lambda _: {"gl": 1.0})
    short, long = second_opinion("a" * 20), second_opinion("a" * 200)
    assert short == second_opinion("a" * 40)
    assert long.points_for("co") > 5 * short.points_for("co")
    assert long.points_for("gl") > 2 * short.points_for("gl")
    assert short.first_choices() == ("co", "gl")


def test_voters_that_agree_say_more(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, pycld2=lambda _: {"gl": 1.0}, py3langid=lambda _: {"pt": 1.0})
    apart = second_opinion(GALICIAN)
    use(monkeypatch, pycld2=lambda _: {"gl": 1.0}, py3langid=lambda _: {"gl": 1.0})
    assert second_opinion(GALICIAN).points_for("gl") > apart.points_for("gl") + apart.points_for("pt")


def test_languages_that_share_a_script_no_table_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, pycld2=lambda _: {"ti": 1.0})
    # The voters of these tests do not know Amharic: naming Tigrinya they say nothing against it.
    assert detect("ሰላም ዓለም").code == "am"
    both = {"pycld2": Voter(lambda _: {"ti": 1.0}, frozenset(("am", "ti")))}
    monkeypatch.setattr(second_opinions, "_load", lambda: both)
    decision = detect("ሰላም ዓለም")
    assert (decision.code, decision.second) == ("ti", "am")
    assert decision.reason == "script: Ethi; pycld2 ti"


def test_a_voter_may_know_letters_no_alphabet_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    fon = "Ɖɔkpɔ ɖɔ xɔ ɔ mɛ"
    use(monkeypatch)
    assert detect(fon).code == "ee"
    use(monkeypatch, pycld2=lambda _: {"wo": 1.0})
    assert detect(fon).code == "wo"
    assert detect(fon, among={"ee", "en"}).code == "ee"


def test_among_binds_the_voters_too(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, pycld2=lambda _: {"pt": 1.0}, py3langid=lambda _: {"pt": 1.0})
    assert detect("Casa", among={"es", "it"}).code in ("es", "it")


@pytest.mark.parametrize("name", ["pycld2", "py3langid", "wordfreq"])
def test_installed_voters_load(name: str) -> None:
    if importlib.util.find_spec(name) is None:
        pytest.skip(f"{name} is not installed (extra `detect`)")
    assert name in voters()
    assert second_opinion("Os nenos xogan na rúa e a nena le un libro.")


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=())))
def test_no_text_is_an_error(text: str) -> None:
    second_opinion(text)
    assert detect_many([text])[0].code == detect(text).code
