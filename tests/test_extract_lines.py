"""JSON Lines, JSON, CSV and TSV: a bad record costs itself and names its line."""

from __future__ import annotations

import gzip
import json
import time
from pathlib import Path

import pytest
from extraction import extracted

from indexer.encoding import decode
from indexer.extract.delimited import find_delimiter
from indexer.extract.json_text import InvalidJson, parse_json
from indexer.extract.reading import LINE_LIMIT, split_lines

GOOD = b'{"id": "good", "title": "Good"}'
BAD_LINES: dict[str, tuple[bytes, str]] = {
    "NaN": (b'{"title": "a", "rating": NaN}', "NaN or Infinity"),
    "minus Infinity": (b'{"title": "a", "rating": -Infinity}', "NaN or Infinity"),
    "lone surrogate": (b'{"title": "a\\ud800"}', "surrogate"),
    "5,000 digits": (b'{"title": "a", "n": ' + b"9" * 5000 + b"}", "too large"),
    "depth 100,000": (b'{"title": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
    "duplicate key": (b'{"title": "a", "title": "b"}', "'title' twice"),
    "duplicate key, spaced": (b'{"title" : "a", "title" :"b"}', "'title' twice"),
    "duplicate key behind an escaped mark": (b'{"title":"a","title":"\\u0022:"}', "'title' twice"),
    "duplicate key below": (b'{"title": "a", "people": [{"name": "x", "name": "y"}]}', "'name' twice"),
    "wrong type": (b'{"title": {"a": 1}}', "title must be text"),
    "no object": (b'["a"]', "not a JSON object but a list"),
    "no JSON": (b"{'title': 1}", "not valid JSON"),
    "cut": (b'{"title": "a"', "ends in the middle"),
    "two objects": (b'{"title": "a"} {"title": "b"}', "goes on after"),
    "bad UTF-8": (b'{"title": "caf\xe9"}', "not valid UTF-8"),
    "nothing": (b'{"year": 2013}', "neither a title nor a text"),
    "bad date": (b'{"title": "a", "date": "2013-02-30"}', "'2013-02-30' is not a date"),
    "control character": (b'{"title": "a\x01"}', "control character"),
    "16 MiB": (b'{"title": "' + b"a" * LINE_LIMIT + b'"}', "longer than 16 MiB"),
}


@pytest.mark.parametrize("bad", BAD_LINES, ids=BAD_LINES)
def test_a_bad_line_is_refused_with_its_number(tmp_path: Path, bad: str) -> None:
    line, reason = BAD_LINES[bad]
    neighbours = '{"id": "é", "title": "Été"}'.encode()
    documents, refused = extracted(
        tmp_path,
        "a.jsonl",
        b"\n".join((GOOD, neighbours, b"", line, neighbours.replace("é".encode(), b"e"), b"")),
    )
    assert [one.id for one in documents] == ["good", "é", "e"]
    assert [one.line for one in refused] == [4]
    assert reason in refused[0].reason


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\xff\xfe", b" \n\n\t", b"\0\0\0"], ids=repr)
@pytest.mark.parametrize("suffix", ["jsonl", "json", "csv", "tsv", "md", "html", "txt"])
def test_empty_files(tmp_path: Path, content: bytes, suffix: str) -> None:
    documents, refused = extracted(tmp_path, f"a.{suffix}", content)
    assert documents == []
    assert [one.reason for one in refused] == ["is empty"]


def test_ids_and_origins_of_lines(tmp_path: Path) -> None:
    documents, _ = extracted(tmp_path, "films.jsonl", '{"title": "a"}\n\n{"title": "b"}\n')
    assert [one.id for one in documents] == ["films.jsonl-1", "films.jsonl-3"]
    assert documents[1].origin.endswith("films.jsonl:3")


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"], ids=repr)
def test_line_ends(tmp_path: Path, ends: str) -> None:
    documents, refused = extracted(
        tmp_path, "a.jsonl", ends.join(['{"title": "a"}', '{"title": "b"}', "x", '{"title": "c"}'])
    )
    assert [one.id for one in documents] == ["a.jsonl-1", "a.jsonl-2", "a.jsonl-4"]
    assert [one.line for one in refused] == [3]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_lines_do_not_depend_on_chunks(size: int) -> None:
    data = b"a\r\nbb\rccc\n\n" + b"d" * 50 + b"\r\n\r\ne"
    chunks = [data[start : start + size] for start in range(0, len(data), size)]
    expected = [(1, b"a"), (2, b"bb"), (3, b"ccc"), (4, b""), (5, None), (6, b""), (7, b"e")]
    assert list(split_lines(chunks, limit=40)) == expected


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_encodings_of_line_files(tmp_path: Path, encoding: str) -> None:
    text = "\n".join(
        json.dumps({"title": f"Фильм {number}, and a title"}, ensure_ascii=False) for number in range(3000)
    )
    documents, refused = extracted(tmp_path, "a.jsonl", text.encode(encoding))
    assert (len(documents), refused) == (3000, [])
    assert documents[7].title == "Фильм 7, and a title"


def test_one_broken_line_does_not_change_how_the_others_are_read(tmp_path: Path) -> None:
    lines = [f"{number};Événement {number}".encode() for number in range(50)]
    lines[20] = "20;Événement".encode("cp1252")
    documents, refused = extracted(tmp_path, "a.csv", b"id;title\n" + b"\n".join(lines))
    assert len(documents) == 49
    assert documents[0].title == "Événement 0"
    assert [one.line for one in refused] == [22]


def test_a_file_in_an_old_encoding(tmp_path: Path) -> None:
    rows = "id;title;text\n" + "\n".join(
        f"{n};Тихий берег {n};Учительница музыки возвращается в посёлок у моря" for n in range(30)
    )
    documents, refused = extracted(tmp_path, "a.csv", rows.encode("cp1251"))
    assert refused == []
    assert documents[3].title == "Тихий берег 3"


class TestGzip:
    def test_all_members_are_read(self, tmp_path: Path) -> None:
        data = gzip.compress(b'{"title": "a"}\n') + gzip.compress(b'{"title": "b"}\n') + b"\0" * 100
        documents, refused = extracted(tmp_path, "a.jsonl.gz", data)
        assert [one.title for one in documents] == ["a", "b"]
        assert refused == []
        assert documents[0].id == "a.jsonl-1"

    def test_cut_data_keeps_what_was_read(self, tmp_path: Path) -> None:
        lines = b"".join(b'{"title": "film %d"}\n' % number for number in range(100_000))
        packed = gzip.compress(lines)
        documents, refused = extracted(tmp_path, "a.jsonl.gz", packed[: len(packed) // 2])
        assert len(documents) > 10_000
        assert refused[-1].line is None
        assert "cut short" in refused[-1].reason

    def test_data_that_is_not_gzip(self, tmp_path: Path) -> None:
        documents, refused = extracted(tmp_path, "a.csv.gz", b"id,title\n1,a\n")
        assert documents == []
        assert "not (or no longer) valid gzip" in refused[0].reason

    def test_a_bomb_is_stopped_by_its_unpacked_size(self, tmp_path: Path) -> None:
        bomb = gzip.compress(b" " * (200 * 2**20), 9)
        started = time.monotonic()
        for name in ("a.json.gz", "a.txt.gz", "a.html.gz", "a.md.gz"):
            documents, refused = extracted(tmp_path, name, bomb)
            assert documents == []
            assert "limit for this format" in refused[0].reason
        documents, refused = extracted(tmp_path, "a.jsonl.gz", bomb)
        assert documents == []
        assert "longer than 16 MiB" in refused[0].reason
        assert time.monotonic() - started < 20


def test_a_line_of_100_megabytes_is_cheap(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    content = GOOD + b"\n" + b"x" * 100_000_000 + b"\n" + GOOD.replace(b'"good"', b'"other"')
    started = time.monotonic()
    documents, refused = extracted(tmp_path, path.name, content)
    assert [one.id for one in documents] == ["good", "other"]
    assert refused[0].line == 2
    assert time.monotonic() - started < 5


class TestJson:
    @pytest.mark.parametrize(
        ("text", "ids"),
        [
            ('[{"title": "a"}, {"id": "x", "title": "b"}]', ["a.json-1", "x"]),
            ('{"title": "a"}', ["a.json"]),
            ('{"total": 1, "results": [{"title": "a"}]}', ["a.json"]),
            ('{"documents": []}', []),
            ("[]", []),
            ('{"title": "a"}\n{"title": "b"}\n', ["a.json-1", "a.json-2"]),
            ('{"title": "a", "data": ["b"]}', ["a.json"]),
        ],
    )
    def test_shapes(self, tmp_path: Path, text: str, ids: list[str]) -> None:
        documents, refused = extracted(tmp_path, "a.json", text)
        assert [one.id for one in documents] == ids
        assert refused == []

    def test_a_bad_record_is_named(self, tmp_path: Path) -> None:
        documents, refused = extracted(
            tmp_path, "a.json", '[{"title": "a"}, 5, {"title": []}, {"title": {"a": 1}}, {"title": "b"}]'
        )
        assert [one.title for one in documents] == ["a", "b"]
        assert [one.reason.split(":")[0] for one in refused] == ["record 2", "record 3", "record 4"]

    @pytest.mark.parametrize(
        ("text", "reason"),
        [("5", "neither a JSON object"), ("[1", "ends in the middle"), ("[" * 100_000, "nested too deeply")],
    )
    def test_files_that_are_no_good(self, tmp_path: Path, text: str, reason: str) -> None:
        documents, refused = extracted(tmp_path, "a.json", text)
        assert documents == []
        assert reason in refused[0].reason


def test_duplicate_keys_are_found_without_false_alarm() -> None:
    assert parse_json('{"a": "x\\":y", "b" : {"a": 1}, "c": [{"a": 1}, {"a": 2}]}') == {
        "a": 'x":y',
        "b": {"a": 1},
        "c": [{"a": 1}, {"a": 2}],
    }
    with pytest.raises(InvalidJson):
        parse_json('{"b": {"a": 1, "a": 1}}')


class TestDelimited:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"], ids=repr)
    def test_delimiters(self, tmp_path: Path, delimiter: str) -> None:
        rows = [["id", "title", "text"], ["1", "Roma", '"città, aperta; a|b\tc"'], ["2", "Milano", "x"]]
        documents, refused = extracted(tmp_path, "a.csv", "\n".join(delimiter.join(row) for row in rows))
        assert refused == []
        assert [(one.id, one.title) for one in documents] == [("1", "Roma"), ("2", "Milano")]
        assert documents[0].text == "città, aperta; a|b\tc"

    def test_a_delimiter_that_excel_declares(self, tmp_path: Path) -> None:
        documents, _ = extracted(tmp_path, "a.csv", "sep=;\nid;title\n1;a,b\n")
        assert [(one.id, one.title) for one in documents] == [("1", "a,b")]

    def test_one_column(self, tmp_path: Path) -> None:
        documents, _ = extracted(tmp_path, "a.csv", "title\nLock Stock\nElio\n")
        assert [one.title for one in documents] == ["Lock Stock", "Elio"]
        assert find_delimiter(["title"], "\t") == "\t"

    def test_lists_and_numbers_in_cells(self, tmp_path: Path) -> None:
        header = "title,genres,cast,also_known_as,rating,code,note"
        text = f'{header}\na,Drama;Crime,"[{{""name"": ""Ada Holm""}}]",A|B,7.5,007,N/A\n'
        (film,), _ = extracted(tmp_path, "a.csv", text)
        assert film.extra == {"genre": ["Drama", "Crime"], "rating": 7.5, "code": "007"}
        assert [(one.name, one.role) for one in film.people] == [("Ada Holm", "cast")]
        assert [one.title for one in film.also_known_as] == ["A", "B"]

    def test_quoted_fields_over_lines(self, tmp_path: Path) -> None:
        documents, refused = extracted(tmp_path, "a.csv", 'id,title,text\n1,a,"one\ntwo ""three"""\n2,b,c\n')
        assert [(one.id, one.text) for one in documents] == [("1", 'one\ntwo "three"'), ("2", "c")]
        assert refused == []

    @pytest.mark.parametrize(
        ("bad", "reason"),
        [
            ("x,1", "too few columns: 2 instead of 3"),
            ("x,1,2,3", "too many columns"),
            ('x,"open,2', "quote"),
            ('x,"a"b,2', "quote"),
            ("id,title,text", "repeats the header"),
            ("x,,", "neither a title"),
        ],
    )
    def test_bad_rows_cost_only_themselves(self, tmp_path: Path, bad: str, reason: str) -> None:
        documents, refused = extracted(tmp_path, "a.csv", f"id,title,text\n1,a,b\n{bad}\n2,c,d\n3,e,f\n")
        assert [one.id for one in documents] == ["1", "2", "3"]
        assert [one.line for one in refused] == [3]
        assert reason in refused[0].reason

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("1,2\n3,4\n", "names no column"),
            ("id,title,title\n1,a,b\n", "'title' twice"),
            ('"id,title\n1,2\n', "header"),
        ],
    )
    def test_bad_headers(self, tmp_path: Path, text: str, reason: str) -> None:
        documents, refused = extracted(tmp_path, "a.csv", text)
        assert documents == []
        assert reason in refused[0].reason

    def test_long_fields_and_nul(self, tmp_path: Path) -> None:
        documents, refused = extracted(
            tmp_path, "a.csv", f'id,title,text\n1,a\0b,"{"word " * 60_000}"\n2,c,{"x" * 300_000}\n'
        )
        assert refused == []
        assert len(documents[0].text) > 131_072
        assert documents[0].title == "a b"

    def test_many_open_quotes_do_not_hang(self, tmp_path: Path) -> None:
        started = time.monotonic()
        documents, refused = extracted(tmp_path, "a.csv", "id,title\n" + '1,"a ""\n' * 20_000 + "2,b\n")
        assert documents[-1].id == "2"
        assert len(refused) > 1
        assert time.monotonic() - started < 20


@pytest.mark.parametrize(
    ("data", "declared", "text", "encoding"),
    [
        (b"caf\xc3\xa9", None, "café", "utf-8"),
        (b"caf\xe9", None, "café", "cp1252"),
        (b"caf\xe9", "latin-1", "café", "iso8859-1"),
        (b"caf\xe9", "utf-8", "café", "cp1252"),
        (b"\xef\xbb\xbfa\r\nb\rc", None, "a\nb\nc", "utf-8"),
        ("été".encode("utf-16"), None, "été", "utf-16-le"),
        ("Hello film".encode("utf-16-be"), None, "Hello film", "utf-16-be"),
        ("a".encode("utf-32"), None, "a", "utf-32-le"),
        (b"abc", "rot13", "abc", "utf-8"),
        (b"abc", "\x00nonsense", "abc", "utf-8"),
        (b"", None, "", "utf-8"),
        (
            "Учительница музыки возвращается в посёлок у моря, откуда уехала двадцать лет назад".encode(
                "cp1251"
            ),
            None,
            "Учительница музыки возвращается в посёлок у моря, откуда уехала двадцать лет назад",
            "cp1251",
        ),
    ],
    ids=repr,
)
def test_decode(data: bytes, declared: str | None, text: str, encoding: str) -> None:
    assert decode(data, declared) == (text, encoding)
