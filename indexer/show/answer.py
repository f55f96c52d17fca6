"""What was found?"""

from __future__ import annotations

import re
from html import unescape

from indexer.show.plain import printable
from search.results import SearchResults

_MARK = re.compile("</?mark>")


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
