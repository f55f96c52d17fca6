"""Fixtures that tests of several files share: a session has one OpenSearch cluster, whoever asks for it."""

from __future__ import annotations

import pytest
from opensearch_site import cluster, separate_nodes

__all__ = ["cluster", "separate_nodes"]

_OF_CLUSTERS = {cluster.__name__, separate_nodes.__name__}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "opensearch: needs a running OpenSearch; given to every test that asks for one"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if _OF_CLUSTERS & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.opensearch)
