"""Is the OpenSearch of the tests what the engine needs: its version, nodes, modules, analysis and scores?"""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from opensearch_java import LANES, Lane, Unavailable, chosen_lane, find_java
from opensearch_site import Cluster, LocalCluster, Refused

NewIndex = Callable[..., str]
_numbers = itertools.count(1)

ANALYSIS = {
    "tokenizer": {"lines": {"type": "char_group", "tokenize_on_chars": ["\n"], "max_token_length": 1024}},
    "filter": {
        "same_place": {
            "type": "pattern_capture", "patterns": ["([^\u0002]+)"], "preserve_original": False,
        },
        "empty_place": {"type": "stop", "stopwords": ["\u0003"]},
    },
    "analyzer": {
        "tokens": {"type": "custom", "tokenizer": "lines"},
        "places": {"type": "custom", "tokenizer": "lines", "filter": ["same_place", "empty_place"]},
    },
}  # fmt: skip
FREQUENCY = {"frequency": {"type": "scripted", "script": {"source": "return query.boost * doc.freq"}}}


@pytest.fixture
def new_index(cluster: Cluster) -> Iterator[NewIndex]:
    """Makes an index of two shards with the analysis above and these fields; gone after the test."""
    made: list[str] = []

    def make(
        properties: dict[str, Any], *, documents: list[dict[str, Any]] | None = None, replicas: int = 1
    ) -> str:
        name = f"cluster-test-{os.getpid()}-{next(_numbers)}"
        made.append(name)
        settings = {
            "number_of_shards": 2, "number_of_replicas": replicas,
            "analysis": ANALYSIS, "similarity": FREQUENCY,
        }  # fmt: skip
        mappings = {"dynamic": "strict", "properties": properties}
        cluster.request("PUT", f"/{name}", {"settings": settings, "mappings": mappings})
        if documents:
            lines = [
                line
                for number, each in enumerate(documents)
                for line in ({"index": {"_id": str(number)}}, each)
            ]
            body = "".join(json.dumps(line) + "\n" for line in lines)
            answer = cluster.request("POST", f"/{name}/_bulk?refresh=true", body)
            assert not answer["errors"], answer
        return name

    yield make
    for name in made:
        cluster.request("DELETE", f"/{name}*?ignore_unavailable=true")


def scores(cluster: Cluster, index: str, query: dict[str, Any]) -> dict[str, float]:
    hits = cluster.request("POST", f"/{index}/_search", {"query": query})["hits"]["hits"]
    return {hit["_id"]: hit["_score"] for hit in hits}


@pytest.mark.skipif(
    bool(os.environ.get("OPENSEARCH_URL")), reason="a cluster given by its address has any version"
)
def test_the_version_is_that_of_the_lane(cluster: Cluster) -> None:
    assert cluster.version == chosen_lane().version


def test_three_nodes_are_one_cluster_seen_from_each(cluster: Cluster) -> None:
    cluster.wait()
    names = {"node-1", "node-2", "node-3"}
    for node in range(len(cluster.urls)):
        nodes = cluster.request("GET", "/_nodes", node=node)["nodes"]
        assert {each["name"] for each in nodes.values()} == names


def test_modules_are_on_every_node(cluster: Cluster) -> None:
    wanted = set(chosen_lane().plugins)
    for node in cluster.request("GET", "/_nodes/plugins")["nodes"].values():
        present = {module["classname"] for module in node["modules"] + node["plugins"]}
        assert wanted <= present


PLACES = [
    pytest.param("snow\nriver", [("snow", 0), ("river", 1)], id="a-line-is-a-term"),
    pytest.param("new york\nà la", [("new york", 0), ("à la", 1)], id="spaces-stay-inside"),
    pytest.param("go\u0002went\nhome", [("go", 0), ("went", 0), ("home", 1)], id="several-at-one-place"),
    pytest.param("a\n\u0003\n\u0003\nb", [("a", 0), ("b", 3)], id="empty-places-are-counted"),
    pytest.param("\u0003\na", [("a", 1)], id="an-empty-place-comes-first"),
    pytest.param("C++\n.net\n’\n𝔘𐍈", [("C++", 0), (".net", 1), ("’", 2), ("𝔘𐍈", 3)], id="nothing-is-folded"),
    pytest.param("x" * 1024 + "\ny", [("x" * 1024, 0), ("y", 1)], id="long-terms-are-whole"),
    pytest.param("", [], id="nothing"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), PLACES)
def test_terms_are_taken_as_they_are_sent(
    cluster: Cluster, new_index: NewIndex, text: str, expected: list[tuple[str, int]]
) -> None:
    index = new_index({})
    tokens = cluster.request("POST", f"/{index}/_analyze", {"analyzer": "places", "text": text})["tokens"]
    assert [(token["token"], token["position"]) for token in tokens] == expected


def test_a_scripted_similarity_gives_frequencies(cluster: Cluster, new_index: NewIndex) -> None:
    field = {
        "type": "text", "analyzer": "tokens", "norms": False, "index_options": "freqs",
        "similarity": "frequency",
    }  # fmt: skip
    index = new_index(
        {"body": field}, documents=[{"body": "snow\nsnow\nriver\nsnow"}, {"body": "river\nsnow"}]
    )
    assert scores(cluster, index, {"term": {"body": {"value": "snow"}}}) == {"0": 3.0, "1": 1.0}
    assert scores(cluster, index, {"term": {"body": {"value": "snow", "boost": 8}}}) == {"0": 24.0, "1": 8.0}


def test_a_painless_script_scores_by_values_and_parameters(cluster: Cluster, new_index: NewIndex) -> None:
    fields = {"place": {"type": "integer"}, "boost": {"type": "float"}}
    index = new_index(fields, documents=[{"place": 4, "boost": 1.5}, {"boost": 2.0}])
    script = {
        "source": "double x = doc['place'].size() == 0 ? 0 : doc['place'].value;"
                  " return _score * doc['boost'].value + params.more[0] * x",
        "params": {"more": [0.25]},
    }  # fmt: skip
    query = {"script_score": {"query": {"match_all": {"boost": 3}}, "script": script}}
    assert scores(cluster, index, query) == {"0": 5.5, "1": 6.0}


def test_words_in_a_row_match_by_their_places(cluster: Cluster, new_index: NewIndex) -> None:
    field = {"type": "text", "analyzer": "places", "norms": False, "index_options": "positions"}
    index = new_index(
        {"title": field}, documents=[{"title": "go\u0002went\nhome"}, {"title": "went\n\u0003\nhome"}]
    )
    words = [{"span_term": {"title": "went"}}, {"span_term": {"title": "home"}}]
    row = {"span_near": {"clauses": words, "slop": 0, "in_order": True}}
    assert list(scores(cluster, index, row)) == ["0"]


def test_an_index_is_cloned_and_an_alias_moves_in_one_step(cluster: Cluster, new_index: NewIndex) -> None:
    index = new_index({"n": {"type": "long"}}, documents=[{"n": number} for number in range(20)])
    cluster.request("PUT", f"/{index}/_settings", {"index.blocks.write": True})
    with pytest.raises(Refused, match="403"):
        cluster.request("PUT", f"/{index}/_doc/x", {"n": 1})
    clone, alias = f"{index}-clone", f"{index}-live"
    cluster.request(
        "PUT", f"/{index}/_clone/{clone}?wait_for_active_shards=1", {"settings": {"index.blocks.write": None}}
    )
    cluster.request("DELETE", f"/{clone}/_doc/3?refresh=true")
    cluster.request("POST", "/_aliases", {"actions": [{"add": {"index": index, "alias": alias}}]})
    assert cluster.request("GET", f"/{alias}/_count")["count"] == 20
    move = [{"remove": {"index": index, "alias": alias}}, {"add": {"index": clone, "alias": alias}}]
    cluster.request("POST", "/_aliases", {"actions": move})
    assert cluster.request("GET", f"/{alias}/_count")["count"] == 19


def test_documents_are_deleted_by_query(cluster: Cluster, new_index: NewIndex) -> None:
    index = new_index({"n": {"type": "long"}}, documents=[{"n": number} for number in range(10)])
    query = {"query": {"range": {"n": {"gte": 4}}}}
    assert cluster.request("POST", f"/{index}/_delete_by_query?refresh=true", query)["deleted"] == 6
    assert cluster.request("GET", f"/{index}/_count")["count"] == 4


def test_an_index_must_be_made_before_documents_come(cluster: Cluster) -> None:
    with pytest.raises(Refused, match="404"):
        cluster.request("PUT", f"/never-made-{os.getpid()}/_doc/1", {"n": 1})


def test_a_killed_node_is_survived_and_comes_back(separate_nodes: LocalCluster) -> None:
    cluster = separate_nodes.cluster
    settings = {
        "number_of_shards": 3,
        "number_of_replicas": 1,
        "index.unassigned.node_left.delayed_timeout": "0s",
    }
    cluster.request("PUT", "/kept", {"settings": settings})
    lines = "".join(f'{{"index": {{"_id": "{number}"}}}}\n{{"n": {number}}}\n' for number in range(50))
    assert not cluster.request("POST", "/kept/_bulk?refresh=true", lines)["errors"]
    cluster.wait()
    separate_nodes.kill(0)
    cluster.wait(nodes=2)
    assert cluster.request("GET", "/kept/_count", node=1)["count"] == 50
    separate_nodes.start_node(0)
    separate_nodes.wait()
    assert cluster.request("GET", "/kept/_count")["count"] == 50


def test_a_missing_java_is_named() -> None:
    with pytest.raises(Unavailable, match="needs Java 900 to 901"):
        find_java(Lane("3.8.0", (900, 901), ()))


@pytest.mark.parametrize("name", LANES)
def test_a_lane_is_chosen_by_name(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENSEARCH_LANE", name)
    assert chosen_lane() is LANES[name]


def test_an_unknown_lane_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENSEARCH_LANE", "1.3")
    with pytest.raises(ValueError, match=r"'1\.3', not one of 3, 2\.19"):
        chosen_lane()
