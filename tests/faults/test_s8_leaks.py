"""S8: methods, addresses, headers and bodies that want to be told something, through nginx and without it.

Every answer is a refusal or a plain answer, and tells nothing of the machine.
"""

from __future__ import annotations

from fault_figures import begin, record
from hostile_requests import ADDRESSES
from raw_answers import both_ways, surprises


def test_no_surprise() -> None:
    begin("S8")
    with both_ways() as (site, port):
        found = surprises(ADDRESSES, site.port, through_nginx=True) + surprises(
            ADDRESSES, port, through_nginx=False
        )
        assert site.get("/api/v1/search?q=brick")[0] == 200
    reached = (
        f"{len(found)} surprises over {len(ADDRESSES)} requests through nginx and {len(ADDRESSES)} direct"
    )
    record("S8", "0 surprises", reached)
    assert not found, "\n".join(found)
