"""Lists are read as a stream: what is held does not grow with them."""

import tracemalloc
from pathlib import Path

import pytest

from imgurl.preflight import run
from imgurl.preflight.order import PreflightOptions
from imgurl.preflight.part import LocalCrew
from imgurl.tables import byte_ranges, opening
from imgurl.text.fonts import FontCatalogue
from tests.preflight.lists import FONTS, shipped, some_rows, written

# The digests of a row's recipient and of its picture, which go to disk when there are many, and what is set aside for
# more of them. The line of a row alone takes 63.
BYTES_A_ROW = 25


def test_memory_does_not_grow_with_the_list(
    tmp_path: Path, fonts: FontCatalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After each part of a list no more is held than before it but digests, and none of its parts takes more."""
    monkeypatch.setattr(run, "ROWS_EACH", 500)
    monkeypatch.setattr(opening, "READ_BYTES", 8_192)
    monkeypatch.setattr(byte_ranges, "BLOCK_BYTES", 8_192)
    some = some_rows(50)
    rows = [(f"{time}-{mail}", *others) for time in range(100) for mail, *others in some]
    design, source = shipped("newsletter-hero-april", fonts), written(tmp_path / "contacts.csv", rows)
    order = run.order_for(design, source, source.name, None, PreflightOptions(), FONTS)
    memory: list[tuple[int, int]] = []  # held after each part, and the most that was held since the one before

    def look(_: int) -> None:
        memory.append(tracemalloc.get_traced_memory())
        tracemalloc.reset_peak()

    tracemalloc.start()
    run.count_list(order, source, LocalCrew(order, design), look)
    tracemalloc.stop()
    # What remembers values is full after the first part, as every part has the same.
    assert len(memory) == 10
    for early, late in zip(memory[1], memory[-1], strict=True):
        assert late - early < BYTES_A_ROW * 500 * 8
