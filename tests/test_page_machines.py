"""What machines read: robots.txt, sitemap, feed, JSON-LD. All addresses are the configured ones."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest
from web_fake import FILMS, HOSTILE, FakeSearcher, fake_client

from web import discovery

ATOM = "{http://www.w3.org/2005/Atom}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
SITE = "https://films.example"


def xml(address: str, searcher: FakeSearcher | None = None, **headers: str) -> ElementTree.Element:
    answer = fake_client(searcher).get(address, headers={"Host": "evil.example", **headers})
    assert answer.status_code == 200
    assert b"evil" not in answer.data
    return ElementTree.fromstring(answer.data)


def test_robots_close_what_has_no_end_and_name_the_sitemap() -> None:
    answer = fake_client().get("/robots.txt", headers={"Host": "evil.example"})
    lines = answer.text.splitlines()
    assert {"User-agent: *", "Disallow: /*?", "Disallow: /api/", "Disallow: /facets/"} <= set(lines)
    assert f"Sitemap: {SITE}/sitemap.xml" in lines
    assert "evil" not in answer.text


def test_the_sitemap_has_every_document_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "ADDRESSES", 4)
    files = [one.text or "" for one in xml("/sitemap.xml").iter(f"{SITEMAP}loc")]
    assert files == [f"{SITE}/sitemap-{number}.xml" for number in (1, 2, 3)]
    found = [one.text or "" for file in files for one in xml(file.removeprefix(SITE)).iter(f"{SITEMAP}loc")]
    assert found[0] == f"{SITE}/"
    assert len(found) == len(set(found)) == len(FILMS) + 1
    assert f"{SITE}/document/treno-mosca" in found
    assert f"{SITE}/document/a/b%20c%3Fd" in found


@pytest.mark.parametrize("number", ["0", "2", "99999999999999999999", "00000000000001", "x", "-1", "١", ""])
def test_a_sitemap_that_is_not_there(number: str) -> None:
    assert fake_client().get(f"/sitemap-{number}.xml").status_code == 404


def test_an_empty_collection_has_a_sitemap() -> None:
    searcher = FakeSearcher([])
    assert len(list(xml("/sitemap.xml", searcher).iter(f"{SITEMAP}loc"))) == 1
    assert len(list(xml("/sitemap-1.xml", searcher).iter(f"{SITEMAP}loc"))) == 1


def test_the_feed_is_the_results() -> None:
    root = xml("/feed.atom?q=o&genre=Drama&per_page=2&page=2")
    assert root.findtext(f"{OPENSEARCH}startIndex") == "3"
    assert root.findtext(f"{OPENSEARCH}itemsPerPage") == "2"
    links = {one.get("rel"): one.get("href") for one in root.findall(f"{ATOM}link")}
    assert links == {
        "self": f"{SITE}/feed.atom?q=o&genre=Drama&per_page=2&page=2",
        "alternate": f"{SITE}/?q=o&genre=Drama&per_page=2&page=2",
    }
    assert root.findtext(f"{ATOM}id") == links["self"]


def test_an_entry_has_title_language_date_and_address() -> None:
    entries = xml("/feed.atom?q=treno").findall(f"{ATOM}entry")
    assert len(entries) == 1
    title = entries[0].find(f"{ATOM}title")
    assert title is not None
    assert (title.text, title.get(XML_LANG)) == ("Il treno va a Mosca", "it")
    assert entries[0].findtext(f"{ATOM}updated") == "2013-11-27T00:00:00Z"
    assert entries[0].findtext(f"{ATOM}id") == f"{SITE}/document/treno-mosca"
    summary = entries[0].findtext(f"{ATOM}summary") or ""
    assert "barbiere" in summary
    assert "<mark>" not in summary


def test_the_feed_holds_whatever_a_document_holds() -> None:
    odd = replace(FILMS[0], id="\x0b", title="\x00a\ud800b", text="\x1f", fields={"date": "soon"})
    root = xml("/feed.atom", FakeSearcher([odd, *FILMS]))
    assert HOSTILE in [one.findtext(f"{ATOM}title") for one in root.findall(f"{ATOM}entry")]


def test_pages_lead_to_their_feed() -> None:
    html = fake_client().get("/?q=o&genre=Drama&page=2").text
    assert '<link rel="alternate" type="application/atom+xml"' in html
    assert 'href="/feed.atom?q=o&amp;genre=Drama"' in html


@pytest.mark.parametrize(
    "address", ["/sitemap.xml", "/sitemap-1.xml", "/feed.atom?q=o"], ids=["index", "file", "feed"]
)
def test_an_unchanged_answer_is_not_sent_again(address: str) -> None:
    searcher = FakeSearcher()
    client = fake_client(searcher)
    tag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    searcher.generation_id = "g2"
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 200


def test_result_pages_say_what_they_list() -> None:
    data = structured("/?genre=Drama&per_page=3&page=2")
    assert data["@type"] == "SearchResultsPage"
    items = data["mainEntity"]["itemListElement"]
    assert [one["position"] for one in items] == [4, 5, 6]
    assert data["url"] == f"{SITE}/?genre=Drama&per_page=3&page=2"
    assert all(one["url"].startswith(f"{SITE}/document/") for one in items)


def test_hostile_titles_stay_inside_the_data() -> None:
    items = structured("/?genre=Drama&per_page=100")["mainEntity"]["itemListElement"]
    assert HOSTILE in [one["name"] for one in items]


def structured(address: str) -> dict[str, Any]:
    html = fake_client().get(address).text
    found = html.split('<script type="application/ld+json">')[1].split("</script>")[0]
    data: dict[str, Any] = json.loads(found)
    return data
