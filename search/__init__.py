"""The library: what text means, what the index is, how a question is answered.

Imports neither `web` nor `indexer` nor Flask.
"""
