"""Confidence intervals."""

import numpy as np
from numpy.typing import ArrayLike

Z95 = 1.959963984540054


def wilson(k: ArrayLike, n: ArrayLike, z: float = Z95) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper limit of the proportion k ÷ n, elementwise; NaN where n is 0 or unknown.

    Wilson score interval without continuity correction: E. B. Wilson, JASA 22 (1927) 209-212; recommended for small n
    by Brown, Cai and DasGupta, Statistical Science 16 (2001) 101-133.
    """
    n = np.asarray(n, float)
    n = np.where(n > 0, n, np.nan)
    p = np.asarray(k, float) / n
    shrink = 1 + z * z / n
    centre = (p + z * z / (2 * n)) / shrink
    half = z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / shrink
    return np.maximum(centre - half, 0), np.minimum(centre + half, 1)
