"""What did a run do to the index?"""

from __future__ import annotations

from collections.abc import Iterator

from indexer.build import BuildReport
from indexer.relevance_gate import RelevanceReport, Unmet
from indexer.show.plain import megabytes, printable


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
        f"{megabytes(report.size)}\n"
        f"{', '.join(parts) or 'nothing changed'}; {report.seconds:.2f} s, {rate:,.0f} documents/s"
    )


def unmet(report: RelevanceReport) -> Iterator[str]:
    """One line for each query of a relevance file that is not answered as expected."""
    return map(_unmet, report.unmet)


def relevance(report: RelevanceReport) -> str:
    """How many are."""
    file = printable(str(report.file))
    return (
        f"relevance: {report.checked - len(report.unmet)} of {report.checked} queries of {file} "
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
