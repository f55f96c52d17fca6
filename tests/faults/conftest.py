"""The tests of faults use the helpers of the tests above them. How each ended stands beside its figures."""

from __future__ import annotations

import sys
from collections.abc import Generator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    # Only now: the folder of the helper has just been added.
    from fault_figures import outcome

    report = yield
    if report.when == "call" or not report.passed:
        outcome(report.nodeid, report.outcome, report.duration)
    return report
