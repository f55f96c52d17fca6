"""Which language detectors are compared, and how is each asked?

Ours without and with the optional extra, and the public ones beside it, each with the settings its
users would choose. A detector that is not installed is a row that says so.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from search.analysis.detection import ALONE, FAST, detect
from search.analysis.languages import canonical_code
from search.analysis.second_opinions import voters

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Detector:
    """`ask` answers a text's language code; None where the detector is `missing`, and why. `slow`
    ones judge every fourth text and are timed once."""

    name: str
    ask: Callable[[str], str] | None
    slow: bool = False
    missing: str = ""


def ours() -> list[Detector]:
    """Ours with what the base install has, then with the extra, if any of it is installed."""
    detect("the tables are loaded before the clock starts", mode=ALONE)
    installed = " + ".join(voters())
    alone = Detector("ours, base", lambda text: detect(text, mode=ALONE).code)
    if not installed:
        return [alone, Detector("ours, [detect]", None, missing="pycld2 and py3langid are not installed")]
    return [alone, Detector(f"ours, {installed}", lambda text: detect(text, mode=FAST).code)]


def peers() -> list[Detector]:
    """The public detectors."""
    return [
        _loaded("langdetect (every 4th text)", _langdetect, slow=True),
        _loaded("lingua (every 4th text)", _lingua, slow=True),
        _loaded("pycld2", _pycld2),
        _loaded("py3langid", _py3langid),
    ]


def _loaded(name: str, load: Callable[[], Callable[[str], str]], *, slow: bool = False) -> Detector:
    try:
        ask = load()
    except ImportError as error:
        return Detector(name, None, missing=f"not installed ({error})")
    ask("the model is loaded before the clock starts")
    return Detector(name, ask, slow)


def _langdetect() -> Callable[[str], str]:
    module = importlib.import_module("langdetect")
    module.DetectorFactory.seed = 0

    def ask(text: str) -> str:
        try:
            return canonical_code(module.detect(text))
        except module.LangDetectException:
            return "und"

    return ask


def _lingua() -> Callable[[str], str]:
    module = importlib.import_module("lingua")
    detector = module.LanguageDetectorBuilder.from_all_languages().build()

    def ask(text: str) -> str:
        found = detector.detect_language_of(text)
        return "und" if found is None else canonical_code(found.iso_code_639_1.name)

    return ask


def _pycld2() -> Callable[[str], str]:
    module = importlib.import_module("pycld2")

    def ask(text: str) -> str:
        data = _UNPRINTABLE.sub(" ", text).encode()
        return canonical_code(module.detect(data, isPlainText=True, bestEffort=True)[2][0][1])

    return ask


def _py3langid() -> Callable[[str], str]:
    module = importlib.import_module("py3langid")

    def ask(text: str) -> str:
        code = module.classify(text)[0]
        return code if canonical_code(code) == "und" else canonical_code(code)

    return ask
