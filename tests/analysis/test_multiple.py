import numpy as np
import pytest
from scipy.stats import false_discovery_control

from cockpit.analysis.multiple import benjamini_hochberg


@pytest.mark.parametrize("seed", range(20))
def test_discoveries_are_those_of_scipy(seed):
    rng = np.random.default_rng(seed)
    p = np.concatenate([rng.random(150), rng.random(30) ** 6 / 50, [0, 1, 0.05, 0.05]])
    rng.shuffle(p)
    assert (benjamini_hochberg(p) == (false_discovery_control(p) <= 0.05)).all()
    assert (benjamini_hochberg(p, 0.2) == (false_discovery_control(p) <= 0.2)).all()


def test_a_missing_p_is_no_test():
    p = np.array([0.04, np.nan, np.nan, np.nan])
    assert benjamini_hochberg(p).tolist() == [True, False, False, False]


def test_no_tests_no_discoveries():
    assert benjamini_hochberg([]).tolist() == []
    assert not benjamini_hochberg([np.nan, np.nan]).any()
    assert not benjamini_hochberg([1, 1, 0.9]).any()
