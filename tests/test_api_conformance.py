"""Does the API do what its own description says? schemathesis makes requests of it, right and wrong ones.

Needs schemathesis (`make test-api`), which the usual tests do without. API_EXAMPLES is the number of random
cases per operation, besides those for the edges of every parameter; API_SEED the seed. A small index,
made here, answers in this process, and behind a server.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest
from browser_site import serving
from fault_figures import record, trials
from small_index import SETTINGS, indexed
from web_fake import FILMS

from search.searcher import Searcher
from web import WebSettings, create_app
from web.params import BEYOND_WINDOW

schemathesis = pytest.importorskip("schemathesis", reason="needs schemathesis: make test-api")

#: Examples a route; 500 are about 5,000 cases.
EXAMPLES = int(os.environ.get("API_EXAMPLES") or trials(500, 2_500))
SEED = int(os.environ.get("API_SEED", "20260101"))
#: Cases that must have been tried for the result to count.
ENOUGH = 20_000 if EXAMPLES >= 2_500 else 5_000 if EXAMPLES >= 500 else EXAMPLES
#: Statuses of requests that are longer than the server takes, which no schema can say.
TOO_LONG = (413, 414)
#: What a search refuses though no JSON Schema can say so: these two rules, and no other.
RULES = re.compile(re.escape(BEYOND_WINDOW) + "|must be a number or a range")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made: Path = tmp_path_factory.mktemp("api")
    rows = [
        {"id": film.id, "title": film.title, "text": film.text, "language": film.language, **film.fields}
        for film in FILMS
    ]
    indexed(made, rows)
    return made


def _config(examples: int) -> Any:
    from schemathesis.config import SchemathesisConfig

    return SchemathesisConfig.from_dict(
        {
            "seed": SEED,
            "continue-on-failure": True,
            "generation": {"max-examples": examples, "database": "none"},
            # Whatever is in it, a body or an address beyond the limit is refused for its length.
            "checks": {
                "negative_data_rejection": {"expected-statuses": [400, 404, 405, 406, *TOO_LONG, 415]},
                "positive_data_acceptance": {"expected-statuses": ["2xx", "3xx", 404, *TOO_LONG]},
            },
            # No answer names a request that could follow it.
            "phases": {"stateful": {"enabled": False}},
        }
    )


@pytest.mark.timeout(1_800)
@pytest.mark.filterwarnings("ignore")
def test_the_api_does_what_its_description_says(folder: Path) -> None:
    # Its client for WSGI asks for packed answers and does not unpack them.
    web = WebSettings(index=folder / "index", collection=SETTINGS, compress=False)
    app = create_app(web, Searcher.open)
    described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, config=_config(EXAMPLES))
    _assert_conforms(described, "in this process", enough=ENOUGH)


@pytest.mark.timeout(1_800)
@pytest.mark.filterwarnings("ignore")
def test_so_does_the_server(folder: Path) -> None:
    examples = max(1, EXAMPLES // 10)
    with serving(folder) as address:
        described = schemathesis.openapi.from_url(f"{address}/api/v1/openapi.json", config=_config(examples))
        _assert_conforms(described, "over HTTP", enough=examples)


def _assert_conforms(described: Any, how: str, *, enough: int) -> None:
    from schemathesis.engine import events, from_schema

    cases: Counter[str] = Counter()
    wrong: list[str] = []
    for event in from_schema(described).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            wrong.append(str(getattr(event, "value", event)))
        if not isinstance(event, events.ScenarioFinished):
            continue
        recorder = event.recorder
        for identity, checks in recorder.checks.items():
            cases[recorder.label] += 1
            wrong += [
                f"{recorder.label}: {check.name}: {check.failure_info.failure} "
                f"{recorder.cases[identity].value}"
                for check in checks
                if check.failure_info and not _is_a_rule_of_its_own(check, recorder.interactions[identity])
            ]
    count = sum(cases.values())
    print(f"{count} cases, {len(wrong)} failures, seed {SEED}: {dict(cases)}")
    record(
        "Q5",
        "≥ 20,000 cases, 0 failures",
        f"{count:,} cases {how}, {len(wrong)} failures",
        routes=dict(cases),
        met=not wrong and count >= enough,
    )
    assert not wrong, "\n".join(wrong[:10])
    assert count >= enough


def _is_a_rule_of_its_own(check: Any, interaction: Any) -> bool:
    """Whether data that fit the schema were refused by one of the rules that no schema can state."""
    response = interaction.response
    if check.name != "positive_data_acceptance" or response is None or response.status_code != 400:
        return False
    return all(RULES.match(why) for why in orjson.loads(response.content)["errors"].values())
