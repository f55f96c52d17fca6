"""Measurements: what takes how long, and how good the answers are. Correctness lives in tests/."""
