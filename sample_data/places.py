"""The five districts, their streets and communities: names, approximate centres (WGS-84) and residents.

示范区 and its ten streets are invented. The others are real places, with rounded centres and populations; their
communities are numbered, for nothing is said about a real community here.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

COMMUNITIES = ("{}第一社区", "{}第二社区", "{}第三社区", "{}第四社区", "{}第五社区", "{}第六社区")


@dataclass(frozen=True)
class Street:
    """population: residents. communities: how many."""

    name: str
    lon: float
    lat: float
    population: int
    communities: int = 3


@dataclass(frozen=True)
class District:
    """code: identifier in ``areas``; prefix: how the identifiers of its records begin."""

    code: str
    prefix: str
    name: str
    streets: tuple[Street, ...]

    @property
    def names(self) -> list[str]:
        return [street.name for street in self.streets]

    @property
    def shares(self) -> np.ndarray:
        """Share of each street in the residents."""
        residents = np.array([street.population for street in self.streets], float)
        return residents / residents.sum()


DEMONSTRATION = District(
    "000001",
    "SF",
    "示范区",
    (
        Street("云溪街道", 112.985, 27.515, 360_000, 6),
        Street("金穗街道", 113.032, 27.478, 330_000, 6),
        Street("青禾街道", 112.928, 27.548, 240_000, 5),
        Street("望桥街道", 113.066, 27.560, 290_000, 5),
        Street("松岭街道", 112.905, 27.452, 215_000, 5),
        Street("临江街道", 112.968, 27.440, 205_000, 4),
        Street("枫林街道", 113.108, 27.442, 180_000, 4),
        Street("白鹭街道", 112.998, 27.592, 155_000, 4),
        Street("石桥湾街道", 113.018, 27.402, 130_000, 3),
        Street("南塬街道", 113.108, 27.608, 95_000, 3),
    ),
)

BAOAN = District(
    "440306",
    "BA",
    "宝安区",
    (
        Street("新安街道", 113.895, 22.573, 482_000),
        Street("西乡街道", 113.867, 22.592, 742_000),
        Street("航城街道", 113.851, 22.642, 398_000),
        Street("福永街道", 113.815, 22.667, 332_000),
        Street("福海街道", 113.787, 22.689, 389_000),
        Street("沙井街道", 113.786, 22.739, 506_000),
        Street("新桥街道", 113.839, 22.725, 377_000),
        Street("松岗街道", 113.833, 22.769, 489_000),
        Street("燕罗街道", 113.856, 22.821, 352_000),
        Street("石岩街道", 113.921, 22.672, 410_000),
    ),
)

LONGWAN = District(
    "330303",
    "LW",
    "龙湾区",
    (
        Street("永中街道", 120.818, 27.932, 140_000),
        Street("蒲州街道", 120.737, 27.983, 95_000),
        Street("海滨街道", 120.840, 27.962, 62_000),
        Street("永兴街道", 120.862, 27.880, 72_000),
        Street("海城街道", 120.838, 27.842, 81_000),
        Street("状元街道", 120.765, 27.968, 84_000),
        Street("瑶溪街道", 120.782, 27.938, 92_000),
        Street("沙城街道", 120.828, 27.902, 45_000),
        Street("天河街道", 120.812, 27.872, 31_000),
        Street("星海街道", 120.872, 27.922, 23_000),
    ),
)

XINLUO = District(
    "350802",
    "XL",
    "新罗区",
    (
        Street("东城街道", 117.036, 25.106, 62_000),
        Street("南城街道", 117.030, 25.076, 94_000),
        Street("西城街道", 117.008, 25.096, 101_000),
        Street("中城街道", 117.021, 25.090, 44_000),
        Street("西陂街道", 116.993, 25.068, 142_000),
        Street("曹溪街道", 117.058, 25.062, 67_000),
        Street("东肖街道", 117.005, 25.025, 62_000),
        Street("龙门街道", 116.948, 25.088, 43_000),
        Street("铁山街道", 117.020, 25.150, 26_000),
        Street("北城街道", 117.002, 25.122, 31_000),
        Street("红坊镇", 116.962, 24.998, 38_000),
        Street("适中镇", 117.142, 24.902, 29_000),
        Street("雁石镇", 117.195, 25.175, 31_000),
        Street("白沙镇", 117.152, 25.335, 13_000),
        Street("万安镇", 117.048, 25.402, 11_000),
        Street("大池镇", 116.812, 25.155, 11_000),
        Street("小池镇", 116.875, 25.122, 13_000),
        Street("江山镇", 116.978, 25.215, 12_000),
        Street("岩山镇", 117.145, 25.065, 7_000),
        Street("苏坂镇", 117.242, 25.118, 15_000),
    ),
)

NANHAI = District(
    "440605",
    "NH",
    "南海区",
    (
        Street("桂城街道", 113.152, 23.028, 742_000),
        Street("狮山镇", 113.012, 23.122, 955_000),
        Street("大沥镇", 113.098, 23.108, 786_000),
        Street("里水镇", 113.142, 23.190, 551_000),
        Street("西樵镇", 112.972, 22.938, 305_000),
        Street("丹灶镇", 112.918, 23.042, 242_000),
        Street("九江镇", 113.002, 22.842, 208_000),
    ),
)

DISTRICTS = (DEMONSTRATION, BAOAN, LONGWAN, XINLUO, NANHAI)


def communities(street: Street) -> list[Street]:
    """The communities of a street, on a ring around its centre; sizes fall from the first to the last."""
    base, count = street.name.removesuffix("街道").removesuffix("镇"), street.communities
    turn = 2 * np.pi * np.arange(count) / count + street.lon * 7
    weights = 1.6 - np.arange(count) / count
    people = np.floor(street.population * weights / weights.sum()).astype(int)
    people[0] += street.population - people.sum()
    return [
        Street(
            name.format(base),
            round(street.lon + 0.014 * np.cos(angle), 4),
            round(street.lat + 0.012 * np.sin(angle), 4),
            int(residents),
        )
        for name, angle, residents in zip(COMMUNITIES, turn, people, strict=False)
    ]


LINMAO = (
    ("210203", "district", "西岗区", None, None, 121.612, 38.914),
    ("210203001", "street", "八一路街道", "210203", None, 121.600, 38.899),
    ("210203001001", "community", "林茂社区", "210203001", None, 121.598, 38.898),
)
"""A community of 大连 with a published fact and no records."""


def areas() -> pd.DataFrame:
    """The table ``areas``: every district, street and community."""
    rows = [*(row for district in DISTRICTS for row in _rows(district)), *LINMAO]
    return pd.DataFrame(rows, columns=["area_id", "level", "name", "parent_id", "population", "lon", "lat"])


def _rows(district: District):
    centre = np.average([(s.lon, s.lat) for s in district.streets], axis=0, weights=district.shares)
    residents = sum(street.population for street in district.streets)
    yield district.code, "district", district.name, None, residents, *(round(float(degree), 4) for degree in centre)
    for number, street in enumerate(district.streets, 1):
        code = f"{district.code}{number:03d}"
        yield code, "street", street.name, district.code, street.population, street.lon, street.lat
        for part, community in enumerate(communities(street), 1):
            yield (
                f"{code}{part:03d}",
                "community",
                community.name,
                code,
                community.population,
                community.lon,
                community.lat,
            )


def milestones() -> pd.DataFrame:
    """The table ``milestones``: the last petition in person at 林茂社区 lies more than ten years back (M1); the day is
    invented, only that it is so long ago was published."""
    code = LINMAO[-1][0]
    when = np.array(["2013-09-17T10:00:00"], "datetime64[s]")
    return pd.DataFrame({"area_id": [code], "milestone": "last_visit", "happened_at": when, "source": "社区登记"})
