"""In which language is a text, and which terms does it become?"""

from __future__ import annotations

import unicodedata
from typing import Any

from indexer.show.plain import printable
from search.analysis.analyzer import analyze, names_of
from search.analysis.detection import LanguageDecision, decide_language
from search.analysis.languages import canonical_code, language


def analysis(text: str, declared: str | None) -> dict[str, Any]:
    """The JSON of `indexer analyze`: the language decision and the terms of every way."""
    text = unicodedata.normalize("NFC", text)
    decision: LanguageDecision = decide_language(text=text, declared=declared)
    code = decision.code
    row = language(canonical_code(code))
    tokens = [
        {
            "token": one.token.text,
            "start": one.token.start,
            "end": one.token.end,
            "position": one.token.position,
            "exact": one.forms.exact,
            "folded": list(one.forms.folded),
            "stem": list(one.forms.stems),
            "gram": list(one.forms.grams),
        }
        for one in analyze(text, code)
    ]
    names = [
        {"word": stretch, "latin": list(forms.latin), "key": list(forms.keys)}
        for stretch, forms in names_of(text, code)
    ]
    return {
        "text": text,
        "language": {
            "code": code,
            "name": row.name,
            "confidence": round(decision.confidence, 3),
            "reason": decision.reason,
            "second": decision.second,
            "stemmer": row.stemmer,
            "scripts": list(row.scripts),
            "dir": row.direction,
        },
        "tokens": tokens,
        "names": names,
    }


def analysis_text(values: dict[str, Any]) -> str:
    chosen = values["language"]
    lines = [
        f"language {chosen['code']} ({chosen['name']}): {chosen['reason']}, confidence {chosen['confidence']}"
    ]
    for one in values["tokens"]:
        lines.append(
            f"{one['position']:>3} [{one['start']}:{one['end']}] {one['token']}"
            f"  exact={one['exact']}"
            f"  folded={','.join(one['folded']) or '-'}  stem={','.join(one['stem']) or '-'}"
            f"  gram={','.join(one['gram']) or '-'}"
        )
    for one in values["names"]:
        if one["latin"] or one["key"]:
            lines.append(
                f"    {one['word']}  latin={','.join(one['latin']) or '-'}  key={','.join(one['key']) or '-'}"
            )
    return "\n".join(map(printable, lines))
