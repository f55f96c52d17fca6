"""S6: Host header games and absolute addresses, through nginx and without it.

No name that a caller says gets into an answer, and no other name than ours to the service.
"""

from __future__ import annotations

from fault_figures import begin, record
from hostile_requests import HOSTS
from raw_answers import both_ways, surprises


def test_no_surprise() -> None:
    begin("S6")
    with both_ways() as (site, port):
        found = surprises(HOSTS, site.port, through_nginx=True) + surprises(HOSTS, port, through_nginx=False)
        assert site.get("/api/v1/search?q=brick")[0] == 200
    reached = f"{len(found)} surprises over {len(HOSTS)} requests through nginx and {len(HOSTS)} direct"
    record("S6", "0 surprises", reached)
    assert not found, "\n".join(found)
