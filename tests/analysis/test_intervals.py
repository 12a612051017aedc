import numpy as np
import pytest
from scipy.stats import binomtest

from cockpit.analysis.intervals import wilson


@pytest.mark.parametrize(
    ("k", "n"), [(0, 1), (1, 1), (0, 30), (30, 30), (29, 30), (3, 7), (294, 300), (14_460, 14_500)]
)
def test_wilson_is_the_interval_of_scipy(k, n):
    reference = binomtest(k, n).proportion_ci(0.95, "wilson")
    assert np.allclose(wilson(k, n), (reference.low, reference.high), atol=1e-12)


def test_wilson_works_on_arrays_and_knows_nothing_about_none():
    lower, upper = wilson([0, 5, 0], [0, 10, np.nan])
    assert np.isnan(lower[[0, 2]]).all()
    assert np.isnan(upper[[0, 2]]).all()
    assert 0 < lower[1] < 0.5 < upper[1] < 1


def test_wilson_stays_within_0_and_1():
    n = np.arange(1, 500)
    assert (wilson(0 * n, n)[0] >= 0).all()
    assert (wilson(n, n)[1] <= 1).all()
