"""How does Whoosh know the fields? Apart from `schema`, which is also read by what never opens an index."""

from __future__ import annotations

from whoosh import fields as whoosh_fields
from whoosh.analysis.tokenizers import SpaceSeparatedTokenizer

from search.index.schema import FIELDS, POSITIONAL


def whoosh_schema() -> whoosh_fields.Schema:
    """The same fields as Whoosh knows them.

    Terms arrive analysed and separated by spaces; the document itself is one stored field.
    """
    schema = whoosh_fields.Schema(id=whoosh_fields.STORED(), document=whoosh_fields.STORED())
    for field in FIELDS:
        schema.add(
            field.name,
            whoosh_fields.TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=field.way in POSITIONAL),
        )
    return schema
