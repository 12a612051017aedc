"""Who mediates: bodies by tier and the people on their roll. All names of people are invented."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sample_data import words
from sample_data.places import District, Street, communities

COLUMNS = ["organisation_id", "name", "tier", "district", "street"]


def organisations(
    district: District,
    centres: Sequence[str],
    agencies: int,
    platforms: int,
    teams: int,
    windows: int,
    studios: Sequence[str] = (),
) -> pd.DataFrame:
    """The table ``organisations`` of one district: its centre, street centres, stations and the rest."""
    base, name = district.name.removesuffix("区"), district.name
    bodies: list[tuple[str, str, str | None]] = [(f"{name}矛盾纠纷多元调处中心", "district_centre", None)]
    bodies += [(f"{street}多元调处分中心", "street_centre", street) for street in centres]
    bodies += [
        (f"{part.name}多元调处站", "community_station", street.name)
        for street in district.streets
        for part in communities(street)
    ]
    bodies += [(f"{base}{agency}驻中心工作站", "agency", None) for agency in words.AGENCIES[:agencies]]
    bodies += [(f"{name}{matter}调解平台", "platform", None) for matter in words.PLATFORMS[:platforms]]
    bodies += [(f"{name}{team}调解团队", "team", None) for team in words.TEAMS[:teams]]
    bodies += [(f"{name}{window}服务窗口", "window", None) for window in words.WINDOWS[:windows]]
    bodies += [(f"{person}调解工作室", "studio", None) for person in studios]
    return pd.DataFrame(
        [
            (f"{district.prefix}-O{number:03d}", title, tier, name, street)
            for number, (title, tier, street) in enumerate(bodies, 1)
        ],
        columns=COLUMNS,
    )


def names(rng: np.random.Generator, n: int) -> np.ndarray:
    """``n`` invented full names, two or three characters long."""
    surname = rng.choice(list(words.SURNAMES), n)
    given = rng.choice(list(words.GIVEN), (n, 2))
    short = rng.random(n) < 0.25
    return np.array([a + b + ("" if one else c) for a, (b, c), one in zip(surname, given, short, strict=True)], object)


def posts(district: District, bodies: pd.DataFrame, street: np.ndarray, stride: int = 3) -> np.ndarray:
    """A body for each person, given the position of the person's street: its centre for every third, else a station."""
    by_street = [_bodies_of(bodies, place) for place in district.streets]
    return np.array(
        [
            by_street[position][0 if number % stride == 0 else number % len(by_street[position])]
            for number, position in enumerate(street)
        ],
        object,
    )


def _bodies_of(bodies: pd.DataFrame, street: Street) -> list[str]:
    here = bodies[bodies["street"] == street.name].sort_values("tier", ascending=False, kind="stable")
    return list(here["organisation_id"])


def mediators(
    rng: np.random.Generator,
    district: District,
    bodies: pd.DataFrame,
    full_time: np.ndarray,
    part_time: np.ndarray | None = None,
    others: int = 0,
) -> pd.DataFrame:
    """The roll of one district, with ``position``: the street each person works in.

    full_time, part_time: the position of the street of each mediator. others: advisers, lawyers and counsellors, who
    belong to the district's agencies and handle no case themselves.
    """
    part_time = np.zeros(0, int) if part_time is None else part_time
    street = np.concatenate([full_time, part_time])
    roll = pd.DataFrame(
        {
            "position": street,
            "organisation_id": posts(district, bodies, street),
            "role": "mediator",
            "kind": np.repeat(["full_time", "part_time"], [len(full_time), len(part_time)]),
        }
    )
    agencies = bodies.loc[bodies["tier"].isin(["agency", "team", "district_centre"]), "organisation_id"].to_numpy()
    helpers = pd.DataFrame(
        {
            "position": -1,
            "organisation_id": rng.choice(agencies, others),
            "kind": "part_time",
            "role": rng.choice(["legal_adviser", "duty_lawyer", "counsellor"], others),
        }
    )
    roll = pd.concat([roll, helpers], ignore_index=True)
    return roll.assign(
        mediator_id=numbered(f"{district.prefix}-M", len(roll), 4), name=names(rng, len(roll)), status="active"
    )


def lapsed(rng: np.random.Generator, roll: pd.DataFrame, suspended: int, listed: int) -> pd.DataFrame:
    """The roll with some of those who are not full-time suspended, and some on the list of the unfit (黑名单)."""
    chosen = rng.choice(np.flatnonzero(roll["kind"] == "part_time"), suspended + listed, replace=False)
    status = roll["status"].to_numpy(object, copy=True)
    status[chosen] = np.repeat(["suspended", "listed"], [suspended, listed])
    return roll.assign(status=status)


def numbered(prefix: str, n: int, width: int = 6) -> np.ndarray:
    """``n`` identifiers, in order."""
    return np.array([f"{prefix}{number:0{width}d}" for number in range(1, n + 1)], object)


def shared_out(n: int, shares: np.ndarray) -> np.ndarray:
    """The position of each of ``n`` people, spread over the streets by their shares (largest remainders)."""
    quota = shares * n
    count = np.floor(quota).astype(int)
    count[np.argsort(count - quota)[: n - count.sum()]] += 1
    return np.repeat(np.arange(len(shares)), count)
