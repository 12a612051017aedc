"""Which cells of a table may be shown."""

from datetime import datetime

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.analysis.rates import hide, is_mature


def table(cells) -> pd.DataFrame:
    """(street, category) → (n, d)."""
    rows = [(street, category, n / d if d else np.nan, n, d) for (street, category), (n, d) in cells.items()]
    return pd.DataFrame(rows, columns=["street", "category", "rate", "rate_n", "rate_d"])


def hidden(cells) -> set:
    frame = hide(table(cells), "rate", ("category", "street"))
    gone = frame.rate_d.isna()
    assert frame[gone][["rate", "rate_n"]].isna().all(axis=None)
    return {cell for cell, is_gone in zip(cells, gone, strict=True) if is_gone}


def test_a_single_hidden_cell_takes_one_of_its_row_and_one_of_its_column_along():
    cells = {(s, c): (50 + s + 3 * c, 100 + s + 3 * c) for s in range(3) for c in range(3)} | {(0, 0): (2, 90)}
    assert hidden(cells) == {(0, 0), (1, 0), (0, 1), (1, 1)}  # the smallest of each, until no line has a single one


def test_nothing_small_nothing_hidden():
    assert hidden({(s, c): (50, 100) for s in "甲乙" for c in "丙丁"}) == set()


CELLS = st.dictionaries(
    st.tuples(st.sampled_from(["甲", "乙", None]), st.sampled_from("丙丁戊")),
    st.integers(1, 60).flatmap(lambda d: st.tuples(st.integers(0, d), st.just(d))),
    min_size=1,
)


@settings(deadline=None)
@given(CELLS)
def test_no_hidden_cell_follows_from_its_row_or_column(cells):
    gone = hidden(cells)
    small = {cell for cell, (n, d) in cells.items() if any(0 < part < 5 for part in (n, d, d - n))}
    assert small <= gone
    for axis in (0, 1):
        for name in {cell[axis] for cell in cells}:
            line = [cell for cell in cells if cell[axis] == name]
            assert len(line) == 1 or sum(cell in gone for cell in line) != 1


def test_a_cohort_is_mature_sixty_days_after_its_last_day():
    assert is_mature(datetime(2023, 10, 2), datetime(2023, 12, 1))
    assert not is_mature(datetime(2023, 10, 3), datetime(2023, 12, 1))
