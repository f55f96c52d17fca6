"""S7: smuggling pairs, oversized headers and lines, through nginx and without it.

One request on the wire is one request to the service, or none.
"""

from __future__ import annotations

from fault_figures import begin, record
from hostile_requests import SMUGGLED
from raw_answers import both_ways, surprises


def test_no_surprise() -> None:
    begin("S7")
    with both_ways() as (site, port):
        found = surprises(SMUGGLED, site.port, through_nginx=True) + surprises(
            SMUGGLED, port, through_nginx=False
        )
        assert site.get("/api/v1/search?q=brick")[0] == 200
    reached = f"{len(found)} surprises over {len(SMUGGLED)} requests through nginx and {len(SMUGGLED)} direct"
    record("S7", "0 surprises", reached)
    assert not found, "\n".join(found)
