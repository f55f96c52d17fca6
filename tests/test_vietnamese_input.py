"""Keys of a Vietnamese input method that was switched off → the syllable that was meant."""

from __future__ import annotations

import random

import pytest

from search.analysis.vietnamese_input import vietnamese_readings


@pytest.mark.parametrize(
    ("keys", "readings"),
    [
        ("vuowtj", [("telex", "vượt")]),
        ("nguowfi", [("telex", "người")]),
        ("ddaats", [("telex", "đất")]),
        ("Hoonf", [("telex", "hồn")]),
        ("tuyeets", [("telex", "tuyết")]),
        ("muaw", [("telex", "mưa")]),
        ("quys", [("telex", "quý")]),
        ("gias", [("telex", "giá")]),
        ("quawng", [("telex", "quăng")]),
        ("nguoi72", [("vni", "người")]),
        ("d9a6t1", [("vni", "đất")]),
        ("la8n", [("vni", "lăn")]),
        ("songs", [("telex", "sóng")]),
        ("linh", []),
        ("the", []),
        ("stalker", []),
        ("người", []),
        ("1984", []),
        ("d", []),
        ("", []),
    ],
)
def test_keys_are_read_as_a_syllable(keys: str, readings: list[tuple[str, str]]) -> None:
    assert [(method, reading) for _, method, reading in vietnamese_readings(keys)] == readings


def test_any_keys_may_be_read() -> None:
    generator = random.Random(3)
    for _ in range(2_000):
        keys = "".join(generator.choices("adeouwgiqhnsfrxjt1679", k=generator.randint(1, 8)))
        for _, _, reading in vietnamese_readings(keys):
            assert reading != keys
            assert reading.isalpha()
