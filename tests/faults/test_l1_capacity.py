"""L1: how many different searches a second are answered, through nginx, by one worker on one core?

nginx and those who ask have the other cores.
"""

from __future__ import annotations

import re
import statistics
import subprocess
from pathlib import Path

from deployed import NAME, core, only_on, program, site
from fault_figures import begin, record, trials
from made_collection import films_index

_RATE = re.compile(r"Requests/sec: +([0-9.]+)")
_P99 = re.compile(r" 99% +([0-9.]+)(us|ms|s)")
_ERRORS = re.compile(r"(Non-2xx or 3xx responses|Socket errors):.*")
_UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0}
#: All requests of wrk come from one address, which is one caller to nginx.
ONE_CALLER = {
    "rate=20r/s": "rate=100000r/s",
    "burst=40": "burst=100000",
    "limit_conn connections 64": "limit_conn connections 4000",
}
#: Mixed, none asked twice: words of titles, two words, filters, a page further on, completions.
SCRIPT = """
local words = { %s }
local n = 0
request = function()
  n = n + 1
  local w, v = words[n %% #words + 1], words[n * 7 %% #words + 1]
  local paths = {
    "/api/v1/search?q=" .. w .. "%%20" .. n,
    "/api/v1/search?q=" .. w .. "%%20" .. v .. "&per_page=20&facet_limit=" .. (n %% 90 + 10),
    "/api/v1/search?q=" .. w .. "&page=" .. (n %% 40 + 1),
    "/?q=" .. v .. "%%20" .. n,
    "/api/v1/suggest?q=" .. string.sub(w, 1, 4) .. "&limit=" .. (n %% 40 + 10),
  }
  return wrk.format("GET", paths[n %% #paths + 1], { ["Host"] = "%s" })
end
"""


def run(wrk: str, port: int, script: Path, seconds: int) -> tuple[float, float, str]:
    """Requests a second, 99th percentile in seconds, and what went wrong."""
    told = subprocess.run(
        [wrk, "-t1", "-c4", f"-d{seconds}s", "--latency", "-s", str(script), f"http://127.0.0.1:{port}/"],
        capture_output=True, text=True, timeout=seconds + 60, check=True,
    ).stdout  # fmt: skip
    rate, slow, errors = _RATE.search(told), _P99.search(told), _ERRORS.search(told)
    assert rate is not None, told
    assert slow is not None, told
    return float(rate[1]), float(slow[1]) * _UNITS[slow[2]], errors[0] if errors else ""


def test_steady_capacity(tmp_path: Path) -> None:
    begin("L1")
    wrk = program("wrk")
    program("nginx")
    index, words = films_index(tmp_path, trials(300, 10_000))
    script = tmp_path / "mixed.lua"
    script.write_text(SCRIPT % (", ".join(f'"{word}"' for word in words), NAME), encoding="ascii")
    environment = {"SEARCH_INDEX": str(index)}
    own, others = core(0), core(1)
    with (
        only_on(others),
        site("web.wsgi:app", environment, workers=1, cores=own, changes=ONE_CALLER) as running,
    ):
        run(wrk, running.port, script, trials(1, 10))
        runs = [run(wrk, running.port, script, trials(2, 20)) for _ in range(3)]
    rates = [one[0] for one in runs]
    middle = statistics.median(rates)
    spread = max(abs(rate - middle) for rate in rates) / middle
    slow = ", ".join(f"{one[1] * 1000:.0f}" for one in runs)
    reached = (
        f"{middle:.0f} requests/s (one worker, one core), within {spread:.0%} over 3 runs; p99 {slow} ms"
    )
    record("L1", "a figure within 10 % over 3 runs", reached, rates=rates, documents=trials(300, 10_000))
    assert not any(one[2] for one in runs), runs
    assert min(rates) > 10
    assert spread <= trials(100, 10) / 100
