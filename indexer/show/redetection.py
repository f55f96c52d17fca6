"""Which languages are decided differently?"""

from __future__ import annotations

from indexer.redetect import Change, Redetection
from indexer.show.plain import printable


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
