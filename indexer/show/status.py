"""What is the live generation?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from indexer.show.plain import megabytes, printable
from search.analysis.fingerprint import analysis_difference, trust
from search.analysis.languages import language
from search.index.curation import NO_CURATION, Curation
from search.index.manifest import ANALYSIS, Manifest


def status_values(
    manifest: Manifest,
    finished: Sequence[str],
    left_out: tuple[str, ...] = (),
    curation: Curation = NO_CURATION,
    cluster: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The JSON of `indexer status`; `left_out` are the ways of matching that the configuration leaves
    out, `curation` are the synonyms and pins of the generation, `cluster` is what there is to be told of
    the cluster that holds it."""
    trust(manifest.software.get(ANALYSIS, ""), manifest.fingerprint)
    return {
        "generation": manifest.generation,
        "documents": manifest.documents,
        "languages": manifest.languages,
        "size_bytes": manifest.size,
        "built": manifest.built,
        "sources": list(manifest.sources),
        "seconds": manifest.seconds,
        "refused": manifest.refused,
        "duplicates": manifest.duplicates,
        "fingerprint": manifest.fingerprint,
        "analysis_changed": analysis_difference(manifest.fingerprint, left_out),
        "software": manifest.software,
        "generations": list(finished),
        "synonyms": len(curation.synonyms),
        "pinned": len(curation.pins),
        "without_stemmer": sorted(code for code in manifest.languages if not _is_stemmed(code)),
        **({} if cluster is None else {"cluster": cluster}),
    }


def _is_stemmed(code: str) -> bool:
    row = language(code)
    return bool(row.stemmer or row.suffix_rules)


def status(values: dict[str, Any]) -> str:
    languages = ", ".join(f"{code} {count}" for code, count in values["languages"].items())
    unstemmed = ", ".join(values["without_stemmer"]) or "none"
    return (
        f"generation  {values['generation']}  (kept: {', '.join(values['generations'])})\n"
        f"documents   {values['documents']}\n"
        f"languages   {languages}\n"
        f"no stemmer  {unstemmed} (matched as written, folded and by n-grams)\n"
        f"size        {megabytes(values['size_bytes'])}\n"
        f"built       {values['built']} in {values['seconds']} s\n"
        f"sources     {', '.join(map(printable, values['sources']))}"
        + _curated(values)
        + _cluster(values.get("cluster"))
        + (f"\nattention   {values['analysis_changed']}" if values["analysis_changed"] else "")
    )


def _curated(values: dict[str, Any]) -> str:
    if not values["synonyms"] and not values["pinned"]:
        return ""
    return f"\nby hand     {values['synonyms']} sets of synonyms, {values['pinned']} pins"


def _cluster(values: dict[str, Any] | None) -> str:
    if values is None:
        return ""
    told = (
        f"\ncluster     OpenSearch {values['software']}, {values['nodes']} nodes; {values['health']}"
        f"\nindex       {values['index']} ({values['documents']} documents, "
        f"{megabytes(values['size_bytes'])}, {values['shards']} shards, {values['copies']} copies); "
        f"the alias {values['alias']} names {values['live'] or 'none'}"
    )
    left = values["leftovers"]
    if values["writer"]:
        told += f"\nwriting     {printable(values['writer'])}"
    if left["indices"] or left["records"] or left["files"]:
        told += (
            f"\nleftovers   {len(left['indices'])} indices without a record, {len(left['records'])} records "
            f"without an index, {left['files']} files; `indexer gc` removes them"
        )
    return told
