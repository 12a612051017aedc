"""Many tests at once."""

import numpy as np
from numpy.typing import ArrayLike


def benjamini_hochberg(p: ArrayLike, level: float = 0.05) -> np.ndarray:
    """Which of the tests are discoveries at this false discovery rate; NaN is no test and no discovery.

    Y. Benjamini and Y. Hochberg, Journal of the Royal Statistical Society B 57 (1995) 289-300.
    """
    p = np.asarray(p, float)
    tests = np.sort(p[~np.isnan(p)])
    passed = np.flatnonzero(tests <= level * np.arange(1, len(tests) + 1) / max(len(tests), 1))
    return p <= tests[passed[-1]] if len(passed) else np.zeros(p.shape, bool)
