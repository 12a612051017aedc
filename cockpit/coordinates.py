"""Coordinates as Chinese maps show them → WGS-84, in numpy.

GCJ-02 shifts WGS-84 by some hundred metres inside China; BD-09 shifts GCJ-02 once more. No inverse is published, so
both are undone by iteration: a point is looked for whose shifted place is the one given. The constants are those in
common use (github.com/googollee/eviltransform, github.com/hujiulong/gcoord).
"""

from typing import Literal

import numpy as np

System = Literal["wgs84", "gcj02", "bd09"]

SEMI_MAJOR, ECCENTRICITY_SQUARED = 6_378_245.0, 0.00669342162296594323
"""Of the ellipsoid of Krasovsky, 1940, in metres."""
CHINA = (72.004, 137.8347, 0.8293, 55.8271)
"""West, east, south and north: outside of it nothing is shifted."""
ORIGIN = (105.0, 35.0)
BD_SHIFT = (0.0065, 0.006)
BD_WAVE = np.pi * 3000 / 180
CLOSE, TRIES = 1e-10, 30
"""Degrees (a hundredth of a millimetre) at which the search ends, and how many steps it may take; 8 are usual."""


def to_wgs84(lon: np.ndarray, lat: np.ndarray, system: System) -> tuple[np.ndarray, np.ndarray]:
    """Longitudes and latitudes of the system, in degrees, as WGS-84; points outside China stay as they are."""
    if system == "wgs84":
        return lon, lat
    points = np.column_stack([lon, lat]).astype(float)
    inside = _in_china(points)
    found = points[inside]
    if system == "bd09":
        found = _undone(found, _bd09)
    points[inside] = _undone(found, _gcj02)
    return points[:, 0], points[:, 1]


def _in_china(points: np.ndarray) -> np.ndarray:
    (lon, lat), (west, east, south, north) = points.T, CHINA
    return (lon > west) & (lon < east) & (lat > south) & (lat < north)


def _undone(shifted: np.ndarray, shift) -> np.ndarray:
    """The points that ``shift`` takes to ``shifted``; the shift changes so slowly that each step gains three digits."""
    points = shifted.copy()
    for _ in range(TRIES):
        miss = shifted - shift(points)
        points += miss
        if not miss.size or np.abs(miss).max() < CLOSE:
            break
    return points


def _gcj02(points: np.ndarray) -> np.ndarray:
    """WGS-84 → GCJ-02."""
    x, y = points[:, 0] - ORIGIN[0], points[:, 1] - ORIGIN[1]
    phi = np.radians(points[:, 1])
    flat = 1 - ECCENTRICITY_SQUARED * np.sin(phi) ** 2
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + _waves(x, x, (20, 40), (150, 300))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    north = north + _waves(x, y, (20, 40), (160, 320))
    metres_east = np.radians(SEMI_MAJOR / np.sqrt(flat) * np.cos(phi))
    metres_north = np.radians(SEMI_MAJOR * (1 - ECCENTRICITY_SQUARED) / flat**1.5)
    return points + np.column_stack([east / metres_east, north / metres_north])


def _waves(x: np.ndarray, along: np.ndarray, short: tuple[int, int], long: tuple[int, int]) -> np.ndarray:
    """Six sines, in metres: two of a third and of one degree of longitude, four longer ones along the axis."""
    of_longitude = [(20, 6.0, x), (20, 2.0, x)]
    of_the_axis = zip((*short, *long), (1, 1 / 3, 1 / 12, 1 / 30), [along] * 4, strict=True)
    waves = [*of_longitude, *of_the_axis]
    return sum((height * np.sin(times * np.pi * of) for height, times, of in waves), np.zeros_like(x)) * 2 / 3


def _bd09(points: np.ndarray) -> np.ndarray:
    """GCJ-02 → BD-09."""
    x, y = points.T
    distance = np.hypot(x, y) + 2e-5 * np.sin(y * BD_WAVE)
    angle = np.arctan2(y, x) + 3e-6 * np.cos(x * BD_WAVE)
    return np.column_stack([distance * np.cos(angle), distance * np.sin(angle)]) + BD_SHIFT
