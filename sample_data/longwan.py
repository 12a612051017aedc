"""龙湾区: the financial disputes of the court. Reproduces L1–L8, L10, L11 and L13 of the published figures.

金融1+N is a funnel with two branches, for preservation bars a payment order (民事诉讼法司法解释 427):
接收 → 查废筛查 → 以保促调, or 诉前调解 → 督促程序. 30 cases were screened before the cohort of 2,000 began.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sample_data import disputes, ordinary, people, points, steps, words
from sample_data.calendar import END, between, moments, moments_before, office_time
from sample_data.places import LONGWAN as HERE

PROGRAMME, CAR_LOANS = "金融1+N", "车贷追偿"
INTAKE, SCREENING, PRESERVATION, MEDIATION, ORDER = "接收", "查废筛查", "以保促调", "诉前调解", "督促程序"
LONGEST = 4
"""Steps of the longest path."""
FINANCE = words.Kind("金融纠纷", ("信用卡", "金融借款合同", "小额借款合同", "保证保险合同"), 1, 12, 60, 28_000)
RECOURSE = words.Kind("追偿权纠纷", ("车贷追偿",), 1, 20, 60, 42_000)
CHANNEL, COURT = "金融机构批量提交", "浙0303"
PAID, WAIVED, WRITTEN_OFF = 3_367_710_000, 505_350_000, 1_191_560_000
"""L7 and L10, in fen."""
CAR_LOANS_TAKEN, CAR_LOANS_MEDIATED = 246, 188
ORDINARY, COMPLAINTS = 5_400, 2_600
LITIGATED = (
    ("2022-01-01", "2022-02-01", 96),
    ("2022-02-01", "2022-12-01", 1_000),
    ("2022-12-01", "2023-02-01", 171),
    ("2023-02-01", "2023-12-01", 373),
)
"""Financial suits outside the programme, by filing time; with the 6 of the programme 379 in the last period (L6)."""


@dataclass(frozen=True)
class Branch:
    """How many cases end on this path, and how; days: typical stay in each of its steps."""

    steps: tuple[str, ...]
    outcome: str
    cases: int
    days: tuple[float, ...]


SCREENED = (INTAKE, SCREENING)
PRESERVED = (*SCREENED, PRESERVATION)
MEDIATED = (*SCREENED, MEDIATION)
ORDERED = (*MEDIATED, ORDER)
COHORT = (
    Branch(SCREENED, "written_off", 400, (0.6, 2)),
    Branch(PRESERVED, "mediated", 450, (0.6, 2, 7)),
    Branch(PRESERVED, "filed", 6, (0.6, 2, 21)),
    Branch(PRESERVED, "unknown", 444, (0.6, 2, 9)),
    Branch(MEDIATED, "mediated", 258, (0.6, 2, 6)),
    Branch(ORDERED, "payment_order", 403, (0.6, 2, 5, 14)),
    Branch(ORDERED, "unknown", 39, (0.6, 2, 5, 14)),
)
EARLIER = (
    Branch(SCREENED, "written_off", 7, (0.6, 2)),
    Branch(PRESERVED, "mediated", 5, (0.6, 2, 7)),
    Branch(PRESERVED, "unknown", 5, (0.6, 2, 9)),
    Branch(MEDIATED, "mediated", 6, (0.6, 2, 6)),
    Branch(ORDERED, "payment_order", 6, (0.6, 2, 5, 12)),
    Branch(ORDERED, "unknown", 1, (0.6, 2, 5, 12)),
)


def make(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """The rows of the district, by table."""
    pools = points.pools(rng, HERE, 0.1)
    bodies = people.organisations(HERE, HERE.names, 6, 2, 2, 2)
    cohort = _programme(rng, pools, COHORT, between("2023-02-01", "2023-12-01"), END)
    earlier = _programme(rng, pools, EARLIER, between("2022-11-01", "2023-01-20"), np.datetime64("2023-02-01"))
    others = [earlier, _car_loans(rng, pools), _suits(rng, pools), _everyday(rng, pools)]
    frame = pd.concat([_settled(rng, cohort), *others], ignore_index=True)
    frame = _written_off(rng, frame.sort_values("opened_at", kind="stable", ignore_index=True))
    frame = frame.assign(case_id=people.numbered(f"{HERE.prefix}-C", len(frame)))
    frame = disputes.with_filing(frame, frame["filed_at"].to_numpy("datetime64[s]"), COURT)
    cases, roll = ordinary.staffed(rng, HERE, frame, bodies, 24)
    weights = between("2022-01-01", "2023-12-01")
    return {
        "cases": cases,
        "case_steps": _paths(cases),
        "mediators": roll,
        "organisations": bodies,
        "complaints": ordinary.grievances(rng, HERE, pools, COMPLAINTS, weights),
    }


def _placed(rng: np.random.Generator, pools: list[points.Pool], n: int, kind: words.Kind) -> pd.DataFrame:
    street = rng.choice(len(pools), n, p=HERE.shares)
    frame = disputes.located(rng, HERE, street, points.draw(rng, pools, street))
    return disputes.described(rng, frame, np.zeros(n, int), (kind,)).assign(channel=CHANNEL, track="judicial")


def _programme(
    rng: np.random.Generator,
    pools: list[points.Pool],
    branches: tuple[Branch, ...],
    weights: np.ndarray,
    end: np.datetime64,
) -> pd.DataFrame:
    """One row a case of the funnel; step_0 … and until_0 … hold the names of its steps and when it left each."""
    branch = np.repeat(np.arange(len(branches)), [each.cases for each in branches])
    stay = np.array([(*each.days, *[0.0] * (LONGEST - len(each.days))) for each in branches])[branch]
    stay = stay * np.exp(rng.normal(0, 0.4, stay.shape))
    total = disputes.days(stay.sum(axis=1) + 1)
    opened = moments_before(rng, end - total, weights)
    until = opened[:, None] + disputes.days(np.cumsum(stay, axis=1))
    outcome = np.array([each.outcome for each in branches], object)[branch]
    names = np.array([(*each.steps, *[""] * (LONGEST - len(each.steps))) for each in branches], object)[branch]
    frame = _placed(rng, pools, len(branch), FINANCE).assign(
        programme=PROGRAMME,
        opened_at=opened,
        outcome=outcome,
        status="closed",
        **{f"step_{place}": names[:, place] for place in range(LONGEST)},
        **{f"until_{place}": until[:, place] for place in range(LONGEST)},
    )
    closed = until[:, -1]
    return frame.assign(
        accepted_at=until[:, 0],
        due_at=opened.astype("datetime64[D]") + 60 * disputes.DAY,
        closed_at=np.where(outcome == "unknown", disputes.NEVER, closed),
        filed_at=np.where(outcome == "filed", closed, disputes.NEVER),
    )


def _settled(rng: np.random.Generator, frame: pd.DataFrame) -> pd.DataFrame:
    """Adds what the debtors of the cohort paid and what was waived (L7); no case went to enforcement (L8)."""
    agreed = (frame["outcome"] == "mediated").to_numpy()
    pays = agreed | (frame["outcome"] == "payment_order").to_numpy()
    paid, waived = cents(rng, PAID, pays), cents(rng, WAIVED, agreed)
    other = FINANCE.claim * np.exp(rng.normal(0, 0.6, len(frame)))
    claimed = np.where(pays, np.nan_to_num(paid) + np.nan_to_num(waived), other).round(2)
    performed = disputes.after(rng, frame["closed_at"].to_numpy("datetime64[s]"), 12, agreed)
    return frame.assign(amount_paid=paid, amount_waived=waived, amount_claimed=claimed, performed_at=performed)


def _written_off(rng: np.random.Generator, frame: pd.DataFrame) -> pd.DataFrame:
    """Adds what the banks wrote off after the screening (L10)."""
    amounts = cents(rng, WRITTEN_OFF, (frame["outcome"] == "written_off").to_numpy())
    return frame.assign(
        amount_written_off=amounts, amount_claimed=np.where(np.isnan(amounts), frame["amount_claimed"], amounts)
    )


def cents(rng: np.random.Generator, total: int, chosen: np.ndarray) -> np.ndarray:
    """Amounts in CNY of the chosen, NaN elsewhere, that add up to exactly ``total`` fen."""
    weights = np.exp(rng.normal(0, 0.7, chosen.sum()))
    bounds = np.floor(np.concatenate([[0], np.cumsum(weights)]) / weights.sum() * total)
    bounds[-1] = total
    amounts = np.full(len(chosen), np.nan)
    amounts[chosen] = np.diff(bounds) / 100
    return amounts


def _car_loans(rng: np.random.Generator, pools: list[points.Pool]) -> pd.DataFrame:
    """Recourse after car loans (L13): the method carried over; the path of its cases is not published."""
    n = CAR_LOANS_TAKEN
    frame = _placed(rng, pools, n, RECOURSE).assign(opened_at=moments(rng, n, between("2023-04-01", "2023-12-01")))
    frame = disputes.closed(rng, disputes.handled(rng, frame, (RECOURSE,)))
    shut = int((frame["status"] == "closed").sum())
    frame = disputes.concluded_exactly(rng, frame, CAR_LOANS_MEDIATED, max(min(shut - CAR_LOANS_MEDIATED, 6), 0))
    return frame.assign(programme=CAR_LOANS, amount_claimed=(RECOURSE.claim * rng.lognormal(0, 0.5, n)).round(2))


def _suits(rng: np.random.Generator, pools: list[points.Pool]) -> pd.DataFrame:
    """Financial suits outside the programme (the rest of L6); tried, so they take some hundred days."""
    filed = np.concatenate([moments(rng, n, between(first, after)) for first, after, n in LITIGATED])
    n = len(filed)
    ends = office_time(rng, filed + disputes.days(98 * np.exp(rng.normal(0, 0.4, n))))
    shut = ends < END
    opened = np.maximum(filed - disputes.days(0.1 + rng.random(n) * 4), np.datetime64("2022-01-01T09:00"))
    opened = np.minimum(opened, filed)
    claimed = (1.3 * FINANCE.claim * rng.lognormal(0, 0.6, n)).round(2)
    return _placed(rng, pools, n, FINANCE).assign(
        channel="当事人起诉",
        opened_at=opened,
        accepted_at=filed,
        filed_at=filed,
        amount_claimed=claimed,
        due_at=filed.astype("datetime64[D]") + 182 * disputes.DAY,
        closed_at=np.where(shut, ends, disputes.NEVER),
        status=np.where(shut, "closed", "open"),
        outcome=disputes.only(shut, "filed"),
    )


def _everyday(rng: np.random.Generator, pools: list[points.Pool]) -> pd.DataFrame:
    """Disputes of other kinds, without suits and without money paid: none is published."""
    frame = ordinary.cases(rng, HERE, pools, ORDINARY, between("2022-01-01", "2023-12-01"))
    frame = disputes.followed_up(rng, disputes.concluded(rng, frame, 0.02), words.DISPUTES)
    return frame.drop(columns=["amount_paid", "amount_waived", "enforcement_at"])


def _paths(cases: pd.DataFrame) -> pd.DataFrame:
    """The steps of the programme; a case whose end is not published has not left its last one."""
    frame = cases[cases["programme"] == PROGRAMME]
    names = frame[[f"step_{place}" for place in range(LONGEST)]].to_numpy(object)
    until = np.column_stack([frame[f"until_{place}"].to_numpy("datetime64[s]") for place in range(LONGEST)])
    lost = (frame["outcome"] == "unknown").to_numpy()[:, None] & (until >= until[:, -1:])
    return steps.path(
        frame["case_id"].to_numpy(object),
        PROGRAMME,
        names,
        np.where(lost, disputes.NEVER, until),
        frame["outcome"].to_numpy(object),
        frame["opened_at"].to_numpy("datetime64[s]"),
    )
