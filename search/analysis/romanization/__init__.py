"""How does each script write its sounds in Latin letters? One module of tables per script.

The modules know neither languages' names nor each other; `search.analysis.romanize` chooses and
joins them.
"""
