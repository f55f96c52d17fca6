"""How are results told in a terminal? Plain text for people; the values are the JSON."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from typing import Any

from indexer.build import BuildReport
from indexer.compare import SIGNIFICANT, Changed, Comparison, Paired
from indexer.evaluate import ALL, MEASURES, Figures
from indexer.redetect import Change, Redetection
from indexer.relevance_gate import RelevanceReport, Unmet
from search.analysis.analyzer import analyze, names_of
from search.analysis.detection import LanguageDecision, decide_language
from search.analysis.fingerprint import analysis_difference
from search.analysis.languages import canonical_code, language
from search.index.manifest import Manifest
from search.results import SearchResults

_MARK = re.compile("</?mark>")


def printable(text: str) -> str:
    """Control characters escaped, so that no file name or title can drive the terminal."""
    return "".join(
        character
        if unicodedata.category(character) not in ("Cc", "Cs", "Cf") or character in "\u200c\u200d"
        else f"\\u{ord(character):04x}"
        for character in text
    )


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"


def build_report(report: BuildReport) -> str:
    """What a run did, in a few lines."""
    if not report.generation:
        return f"nothing indexed: {report.refused} refused; the index is as it was"
    rate = (report.added + report.changed + report.unchanged) / max(report.seconds, 1e-6)
    parts = [
        f"{getattr(report, name)} {name}"
        for name in ("added", "changed", "unchanged", "deleted", "duplicates", "refused", "kept")
        if getattr(report, name)
    ]
    return (
        f"generation {report.generation}: {report.documents} documents in {len(report.languages)} languages, "
        f"{_megabytes(report.size)}\n"
        f"{', '.join(parts) or 'nothing changed'}; {report.seconds:.2f} s, {rate:,.0f} documents/s"
    )


def unmet(report: RelevanceReport) -> Iterator[str]:
    """One line for each query of a relevance file that is not answered as expected."""
    return map(_unmet, report.unmet)


def relevance(report: RelevanceReport) -> str:
    """How many are."""
    return (
        f"relevance: {report.checked - len(report.unmet)} of {report.checked} queries of {report.file} "
        f"answered as expected ({report.share:.1%}; {report.require:.1%} required)"
    )


def _unmet(one: Unmet) -> str:
    wanted = one.expectation
    place = "first" if wanted.within == 1 else f"among the first {wanted.within}"
    instead = ", ".join(f"{title} ({document_id})" for document_id, title in one.instead)
    return printable(
        f"{wanted.place}: {wanted.query!r}: {wanted.id} should be {place} and {one.reason}; "
        f"the first hits are: {instead or 'none'}"
    )


def change(one: Change) -> str:
    """A document that changes its language, on one line."""
    return printable(
        f"{one.before} → {one.after}  {one.confidence:.2f}  {one.id}  {one.title}  "
        f"({one.reason}; before: {one.was})"
    )


def redetection(found: Redetection) -> str:
    """How many documents change from which language to which."""
    lines = [f"{before} → {after}: {count} documents" for (before, after), count in found.pairs.most_common()]
    others = [
        f"{count} {what}"
        for count, what in (
            (found.declared, "declared"),
            (found.new, "not in the index before"),
            (found.titles, "with a title in another language than before"),
        )
        if count
    ]
    lines.append(
        f"{found.changed} of {found.documents} documents change their language"
        + (f" ({', '.join(others)})" if others else "")
    )
    return "\n".join(lines)


def status_values(
    manifest: Manifest, finished: Sequence[str], left_out: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The JSON of `indexer status`; `left_out` are the ways of matching that the configuration leaves out."""
    return {
        "generation": manifest.generation,
        "documents": manifest.documents,
        "languages": manifest.languages,
        "size_bytes": manifest.size,
        "built": manifest.built,
        "sources": list(manifest.sources),
        "seconds": manifest.seconds,
        "refused": manifest.refused,
        "duplicates": manifest.duplicates,
        "fingerprint": manifest.fingerprint,
        "analysis_changed": analysis_difference(manifest.fingerprint, left_out),
        "software": manifest.software,
        "generations": list(finished),
        "without_stemmer": sorted(code for code in manifest.languages if not _is_stemmed(code)),
    }


def _is_stemmed(code: str) -> bool:
    row = language(code)
    return bool(row.stemmer or row.suffix_rules)


def status(values: dict[str, Any]) -> str:
    languages = ", ".join(f"{code} {count}" for code, count in values["languages"].items())
    unstemmed = ", ".join(values["without_stemmer"]) or "none"
    return (
        f"generation  {values['generation']}  (kept: {', '.join(values['generations'])})\n"
        f"documents   {values['documents']}\n"
        f"languages   {languages}\n"
        f"no stemmer  {unstemmed} (matched as written, folded and by n-grams)\n"
        f"size        {_megabytes(values['size_bytes'])}\n"
        f"built       {values['built']} in {values['seconds']} s\n"
        f"sources     {', '.join(values['sources'])}"
        + (f"\nattention   {values['analysis_changed']}" if values["analysis_changed"] else "")
    )


def results(found: SearchResults) -> str:
    """A page of hits as text."""
    lines = [f"{found.total} found, page {found.page} of {max(found.pages, 1)}, {found.took_ms:.1f} ms"]
    lines += [f"answered instead ({one.kind}): {printable(one.query)}" for one in found.query.interpretations]
    for number, hit in enumerate(found.hits, (found.page - 1) * found.per_page + 1):
        year = hit.fields.get("year")
        lines.append(
            f"{number:>3}. {printable(hit.title)}{f' ({year})' if year else ''}  [{hit.language}]  "
            f"{hit.score:.2f}  {', '.join(hit.matched_by)}  {printable(hit.id)}"
        )
        if hit.snippet:
            lines.append(f"     {printable(' '.join(unescape(_MARK.sub('', hit.snippet)).split()))}")
    return "\n".join(lines)


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
            f"{one['position']:>3} [{one['start']}:{one['end']}] {printable(one['token'])}"
            f"  exact={one['exact']}"
            f"  folded={','.join(one['folded']) or '-'}  stem={','.join(one['stem']) or '-'}"
            f"  gram={','.join(one['gram']) or '-'}"
        )
    for one in values["names"]:
        if one["latin"] or one["key"]:
            lines.append(
                f"    {printable(one['word'])}  latin={','.join(one['latin']) or '-'}"
                f"  key={','.join(one['key']) or '-'}"
            )
    return "\n".join(lines)


def figures(values: dict[str, dict[str, float]]) -> str:
    """The table of `indexer evaluate`."""
    names = list(Figures().mean())
    lines = ["language  " + "  ".join(f"{name:>9}" for name in names)]
    lines += [
        f"{language:<8}  " + "  ".join(f"{row[name]:>9}" for name in names)
        for language, row in sorted(values.items(), key=lambda item: (item[0] == "all", item[0]))
    ]
    return "\n".join(lines)


def comparison(found: Comparison, most_changed: int) -> str:
    """The tables of `indexer evaluate --compare`."""
    lines = [f"before  {_run_name(found.before.name, found.before.about)}"]
    lines += [f"after   {_run_name(found.after.name, found.after.about)}", ""]
    lines.append(
        f"{'language':<8}  {'queries':>7}  {'measure':<9}  {'before':>7}  {'after':>7}  {'change':>8}  "
        f"{'better':>6}  {'worse':>6}  {'same':>6}  {'p':>7}  {'p Holm':>7}"
    )
    for language_code in found.measures:
        for measure in MEASURES:
            first = measure == MEASURES[0]
            shown = printable(language_code) if first else ""
            count = str(found.queries[language_code]) if first else ""
            lines.append(
                f"{shown:<8}  {count:>7}  {measure:<9}  {_paired(found.measures[language_code][measure])}"
            )
    lines += [
        "",
        f"* p < {SIGNIFICANT:g} in a paired randomisation test of {found.rounds} rounds; for single "
        "languages after Holm's correction for their number",
    ]
    unpaired = found.only_before + found.only_after
    if unpaired:
        lines.append(
            f"not compared: {found.only_before} queries only in the first run, "
            f"{found.only_after} only in the second"
        )
    lines.append(f"{len(found.changed)} of {found.queries[ALL]} queries are answered differently well")
    lines += [_changed(one) for one in found.changed[:most_changed]]
    return "\n".join(lines)


def _run_name(name: str, about: Mapping[str, Any]) -> str:
    parts = [
        f"{key} {about[key]}" for key in ("generation", "documents", "fingerprint", "saved") if key in about
    ]
    return printable(f"{name}: {', '.join(parts)}")


def _paired(one: Paired) -> str:
    return (
        f"{one.before:7.4f}  {one.after:7.4f}  {one.difference:+8.4f}  {one.better:>6}  {one.worse:>6}  "
        f"{one.same:>6}  {one.p:7.4f}  {one.p_holm:7.4f}{' *' if one.is_significant else ''}"
    )


def _changed(one: Changed) -> str:
    figures = ", ".join(
        f"{measure} {old:.2f} → {new:.2f}"
        for measure, old, new in zip(MEASURES, one.before.values, one.after.values, strict=True)
        if old != new
    )
    return printable(f"  {one.after.qid} [{one.after.language}] {one.after.query!r}: {figures}")
