"""The one exception tree.

    SearchServiceError
    ├── ConfigurationError     the admin's settings are wrong            exit 2
    ├── RequestError           a caller's parameter is wrong             HTTP 400
    ├── DocumentNotFound       no document has this id                   HTTP 404
    ├── IndexUnavailable       there is no index, or it cannot be read   exit 4, HTTP 503
    │   └── IndexDamaged       a file does not match its manifest        exit 4, HTTP 503
    ├── IndexLocked            another writer holds the index            exit 3
    ├── StorageError           disk full, I/O error                      exit 5
    └── DeadlineExceeded       the query ran out of time                 HTTP 503

Each message is written for the person who can do something about it; anything else
is a defect of ours and keeps its traceback.
"""

from __future__ import annotations


class SearchServiceError(Exception):
    """A failure that a user, an admin or a calling program can understand."""


class ConfigurationError(SearchServiceError):
    """A setting is unknown or has a value that cannot be used."""


class RequestError(SearchServiceError):
    """A parameter of a request is wrong; `errors` names each one.

    `errors` maps the parameter's name to a sentence that says what to do.
    """

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {why}" for name, why in errors.items()))
        self.errors = errors


class DocumentNotFound(SearchServiceError):
    """No document of the live generation has the id asked for."""

    def __init__(self, document_id: str) -> None:
        super().__init__(f"no document has the id {document_id!r}")
        self.document_id = document_id


class IndexUnavailable(SearchServiceError):
    """There is no index at the given place, or it cannot be opened."""


class IndexDamaged(IndexUnavailable):
    """A file of the index is missing or differs from what its manifest says."""


class IndexLocked(SearchServiceError):
    """Another process is writing the index; the message names it."""


class StorageError(SearchServiceError):
    """The disk is full or refused to read or write."""


class DeadlineExceeded(SearchServiceError):
    """The query was stopped because it ran past its deadline."""
