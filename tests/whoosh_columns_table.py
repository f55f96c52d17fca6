"""A column of every type that Whoosh has, with values for it."""

from __future__ import annotations

import math
from typing import Any

from whoosh import columns

#: column, values that it takes, a value it refuses
COLUMNS: dict[str, tuple[columns.Column, list[Any], Any]] = {
    "bytes": (columns.VarBytesColumn(), [b"", b"one", b"\x00\xff", b"one"], "text"),
    "bytes, offsets": (columns.VarBytesColumn(write_offsets_cutoff=2), [b"x", b"yy", b"", b"z"], 7),
    "fixed": (columns.FixedBytesColumn(3, default=b"---"), [b"abc", b"\x00\x01\x02"], b"ab"),
    "reference": (columns.RefBytesColumn(), [b"red", b"green", b"red", b""], "red"),
    "reference, fixed": (columns.RefBytesColumn(2, default=b"zz"), [b"ab", b"cd", b"ab"], b"a"),
    "compressed": (columns.CompressedBytesColumn(), [b"a" * 500, b"b"], None),
    "blocks": (columns.CompressedBlockColumn(), [b"a" * 500, b"b", b"c" * 40000], None),
    "small": (columns.NumericColumn("b", default=-1), [-128, 0, 127], 128),
    "byte": (columns.NumericColumn("B"), [0, 255], -1),
    "short": (columns.NumericColumn("h"), [-32768, 32767], 40000),
    "int": (columns.NumericColumn("i", default=5), [-(2**31), 2**31 - 1], 2**31),
    "unsigned": (columns.NumericColumn("I"), [0, 2**32 - 1], "many"),
    "long": (columns.NumericColumn("q"), [-(2**63), 2**63 - 1], 2**63),
    "unsigned long": (columns.NumericColumn("Q", default=2**64 - 1), [0, 2**63 + 1], 2**64),
    "float": (columns.NumericColumn("f"), [0.5, -(2.0**40)], "x"),
    "double": (columns.NumericColumn("d", default=math.inf), [0.1, -math.inf], "x"),
    "flags": (columns.BitColumn(), [True, False, True], None),
    "struct": (columns.StructColumn("!iHd", (0, 1, 0.5)), [(1, 2, 0.25), (-5, 3, 1e9)], (1, "x", 0.0)),
    "objects": (
        columns.PickleColumn(columns.VarBytesColumn()),
        [{"a": [1, None]}, "text", ("x", 1)],
        object(),
    ),
    "lists": (columns.VarBytesListColumn(), [[b"a", b"bb"], [b"bb"], [b"", b"a", b"a"]], [1]),
    "fixed lists": (columns.FixedBytesListColumn(2), [[b"ab", b"cd"], [b"ab"]], [b"abc"]),
}
