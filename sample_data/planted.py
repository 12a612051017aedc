"""What is planted in 示范区, as constants; PLANTED.md says it in words. Tests read them from here."""

from dataclasses import dataclass

import h3
import numpy as np

from sample_data.calendar import between, moments, monthly
from sample_data.places import DEMONSTRATION
from sample_data.points import RESOLUTION, Pool, draw_in

MONTH = "2023-11"
"""The newest month: where the sudden clusters and the jump are."""
MONTHS = 47


@dataclass(frozen=True)
class Cluster:
    """Seven touching cells around a place: one in the middle, six around it.

    middle, around: cases a cell and month beyond what the street has everywhere.
    """

    kind: str
    street: str
    lon: float
    lat: float
    middle: float
    around: float

    @property
    def cells(self) -> list[str]:
        """The middle cell first."""
        return h3.grid_disk(h3.latlng_to_cell(self.lat, self.lon, RESOLUTION), 1)

    @property
    def excess(self) -> np.ndarray:
        """Extra cases a month in each of ``cells``."""
        return np.array([self.middle, *[self.around] * 6])

    @property
    def position(self) -> int:
        return DEMONSTRATION.names.index(self.street)


CLUSTERS = (
    Cluster("standing", "青禾街道", 112.925, 27.553, 10, 4),
    Cluster("standing", "望桥街道", 113.066, 27.562, 10, 4),
    Cluster("sudden", "云溪街道", 112.980, 27.513, 15, 4),
    Cluster("sudden", "金穗街道", 113.036, 27.476, 15, 4),
)

JUMP_STREET, JUMP = "松岭街道", 1.6
"""In MONTH this street receives so many times as much as it would."""

QUIET = 0.88
"""So many times as much came from the rest of a street with a sudden cluster: the street as a whole does not jump."""

MEDIATORS, CONCLUDED = 120, 300
"""Full-time mediators, and about how many cases each concluded."""
SUCCESS, WEAK_SUCCESS = 0.98, 0.90
WEAK_MEDIATORS = ("SF-M0007", "SF-M0031", "SF-M0049", "SF-M0066", "SF-M0084", "SF-M0103")


def factors() -> dict[tuple[int, str], float]:
    """(street, month) → how many times as many cases as otherwise, the clusters left out."""
    quiet = {(cluster.position, MONTH): QUIET for cluster in CLUSTERS if cluster.kind == "sudden"}
    return {(DEMONSTRATION.names.index(JUMP_STREET), MONTH): JUMP} | quiet


def expected_extra() -> float:
    """Cases that the clusters add over all the data."""
    months = {"standing": MONTHS, "sudden": 1}
    return float(sum(cluster.excess.sum() * months[cluster.kind] for cluster in CLUSTERS))


def extra(rng: np.random.Generator, cluster: Cluster, pool: Pool) -> tuple[np.ndarray, np.ndarray, dict]:
    """Street positions, times and places of the cases of one cluster.

    Standing: Poisson over all the months. Sudden: the same number in each cell, in MONTH alone.
    """
    cells = np.array(cluster.cells, object)
    if cluster.kind == "standing":
        each, opened = monthly(rng, cluster.excess * MONTHS)
        place = cells[each]
    else:
        place = np.repeat(cells, cluster.excess.astype(int))
        opened = moments(rng, len(place), between("2023-11-01", "2023-12-01"))
    return np.full(len(opened), cluster.position), opened, draw_in(rng, pool, place)


MONTH_END_BODY = "示范区市场监督管理局"
"""Closed four in ten of its complaints of January to September 2023 in the last two days of a month."""
LATE_ADDRESSEE = "示范区城市管理局"
"""Answered half of its letters late; the others one in sixteen."""
SLOW_DEPARTMENT = "示范区住房和建设局"
"""Arrived after a whistle three times as late as the others."""
UNVISITED_STREET = "南塬街道"
"""Where three in five closings led to no visit; elsewhere one in twenty."""
BARRED = {"preserved": 12, "unreachable": 10, "unserved": 8}
"""Cases that took the payment-order procedure and may not: with preservation, with a debtor nobody finds, and with an
order not served in 30 days."""
