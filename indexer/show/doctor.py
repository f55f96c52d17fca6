"""What did the doctor find?"""

from __future__ import annotations

from collections.abc import Sequence

from indexer.doctor.finding import Finding
from indexer.show.plain import printable


def findings_text(findings: Sequence[Finding]) -> str:
    """Two lines a finding: what is the case, what to do."""
    if not findings:
        return "nothing found that is unsafe or slow"
    lines = []
    for one in findings:
        lines.append(f"{one.kind:<8} {printable(one.what)}")
        lines.append(f"{'':<8} → {printable(one.do)}")
    return "\n".join(lines)
