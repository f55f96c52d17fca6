"""What does each command of the admin do? One module a command; the table is in `indexer/cli.py`."""
