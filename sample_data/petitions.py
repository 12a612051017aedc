"""What petitions go through beside their handling: procedure, steps and letters; and closings at month ends."""

import numpy as np
import pandas as pd

from queries.tables import NATURES
from sample_data import words
from sample_data.calendar import END, between, clock, moments, office_time
from sample_data.disputes import NEVER, days, only
from sample_data.places import DEMONSTRATION, XINLUO, District
from sample_data.planted import LATE_ADDRESSEE, MONTH_END_BODY

CHANNELS = ("网上信访", "来访", "来信")
"""The channels of 信访; the others are hotlines and patrols."""
PETITION, STATUTORY = 0.82, 0.12
"""Of the appeals: handled as petitions (信访工作条例 31(6)), sent to another procedure; of the rest nobody says."""
GROUP = 5
RESULTS = {"settled": 0.46, "upheld": 0.1, "partly": 0.24, "rejected": 0.15, "withdrawn": 0.05}
REVIEWED = {"upheld": 0.16, "partly": 0.22, "rejected": 0.62}
LETTERS = {DEMONSTRATION: (210, 140, 16), XINLUO: (96, 64, 7)}
"""Letters of each kind since 2022: supervision, risk, accountability."""
ANSWER_DAYS = (15, 30, 60)
SINCE = between("2022-01-01", "2023-12-01")


def with_procedure(rng: np.random.Generator, complaints: pd.DataFrame) -> pd.DataFrame:
    """Adds how article 31 sends the appeals among the petitions."""
    appeal = complaints["channel"].isin(CHANNELS) & complaints["nature"].eq(NATURES["appeal"])
    luck = np.where(appeal, rng.random(len(complaints)), 1)
    sent = np.select([luck < PETITION, luck < PETITION + STATUTORY], ["petition", "statutory"], "")
    return complaints.assign(procedure=only(sent != "", sent.astype(object)))


def closed_at_month_ends(rng: np.random.Generator, complaints: pd.DataFrame) -> pd.DataFrame:
    """One body of 示范区 closed four in ten of its complaints of the first nine months of 2023 in the last two days of
    the month in which it closed them."""
    shut = complaints["closed_at"].to_numpy("datetime64[s]")
    when = (shut >= np.datetime64("2023-01-01")) & (shut < np.datetime64("2023-10-01"))
    moved = complaints["organisation"].eq(MONTH_END_BODY).to_numpy() & when & (rng.random(len(complaints)) < 0.4)
    after = (shut.astype("datetime64[M]") + 1).astype("datetime64[D]")
    late = after - rng.integers(1, 3, len(complaints)) + clock(rng, len(complaints))
    return complaints.assign(closed_at=np.where(moved, np.maximum(late, shut), shut))


def steps(rng: np.random.Generator, complaints: pd.DataFrame) -> pd.DataFrame:
    """The table ``complaint_steps``: every petition is transferred; some are heard, reasoned about, reviewed."""
    petitions = complaints[complaints["channel"].isin(CHANNELS)]
    transferred = _transfer(rng, petitions)
    heard = _session(rng, petitions, "hearing", _chance(petitions, 0.35, 0.15, 0.0), 20)
    reasoned = _session(rng, petitions, "reasoning", _chance(petitions, 0.25, 0.04, 0.02), 12)
    reviewed = _reviews(rng, petitions)
    whole = pd.concat([transferred, heard, reasoned, *reviewed], ignore_index=True)
    whole = whole[whole["entered_at"] < END]
    undone = whole["left_at"] >= END
    whole = whole.assign(left_at=whole["left_at"].mask(undone), result=whole["result"].mask(undone))
    whole = whole.sort_values(["entered_at", "complaint_id"], kind="stable", ignore_index=True)
    return whole.assign(position=whole.groupby("complaint_id").cumcount() + 1)


def _step(of: pd.DataFrame, name: str, entered: np.ndarray, left: np.ndarray, result: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "complaint_id": of["complaint_id"].to_numpy(object),
            "step": name,
            "entered_at": entered,
            "left_at": np.maximum(left, entered),
            "result": result,
        }
    )


def _transfer(rng: np.random.Generator, petitions: pd.DataFrame) -> pd.DataFrame:
    """Handed over within days; the responsible body tells the petitioner within 15 days, mostly."""
    n, opened = len(petitions), petitions["opened_at"].to_numpy("datetime64[s]")
    entered = office_time(rng, opened + days(np.minimum(rng.exponential(2.2, n), 14)))
    slow = rng.random(n) < 0.04
    left = office_time(rng, entered + days(np.where(slow, 15 + rng.exponential(6, n), rng.uniform(0.5, 12, n))))
    return _step(petitions, "transfer", np.maximum(entered, opened), left, np.full(n, None, object))


def _chance(petitions: pd.DataFrame, backlog: float, group: float, again: float) -> np.ndarray:
    grouped = petitions["people_count"].fillna(0).to_numpy(float) >= GROUP
    kinds = [petitions["backlog"].to_numpy(bool), grouped, petitions["repeat_of"].notna().to_numpy()]
    return np.select(kinds, [backlog, group, again], 0.0)


def _session(
    rng: np.random.Generator, petitions: pd.DataFrame, name: str, chance: np.ndarray, wait: float
) -> pd.DataFrame:
    """A meeting before the matter is closed."""
    some = petitions[rng.random(len(petitions)) < chance]
    n = len(some)
    opened, shut = (some[column].to_numpy("datetime64[s]") for column in ("opened_at", "closed_at"))
    entered = office_time(rng, opened + days(wait * (0.4 + rng.random(n))))
    inside = np.isnat(shut) | (entered < shut)
    left = office_time(rng, entered + days(7 + rng.exponential(8, n)))
    return _step(some, name, entered, left, _drawn(rng, RESULTS, n))[inside]


def _drawn(rng: np.random.Generator, shares: dict[str, float], n: int) -> np.ndarray:
    return rng.choice(np.array(list(shares), object), n, p=list(shares.values()))


def _reviews(rng: np.random.Generator, petitions: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A few who are not content ask for a review, and of those refused some for a second."""
    eligible = petitions[petitions["procedure"].eq("petition") & petitions["closed_at"].notna()]
    first = eligible[rng.random(len(eligible)) < 0.035]
    one = _review(rng, first, "review", first["closed_at"].to_numpy("datetime64[s]"))
    again = one["result"].eq("rejected").to_numpy() & (rng.random(len(one)) < 0.35)
    two = _review(rng, first[again], "second_review", one["left_at"].to_numpy("datetime64[s]")[again])
    return one, two


def _review(rng: np.random.Generator, of: pd.DataFrame, name: str, after: np.ndarray) -> pd.DataFrame:
    n = len(of)
    entered = office_time(rng, after + days(rng.uniform(1, 27, n)))
    late = rng.random(n) < 0.06
    left = office_time(rng, entered + days(np.where(late, rng.uniform(31, 44, n), rng.uniform(8, 27, n))))
    return _step(of, name, entered, left, _drawn(rng, REVIEWED, n))


def letters(rng: np.random.Generator, complaints: pd.DataFrame) -> pd.DataFrame:
    """The table ``letters``: 三函 of 新罗 and 示范区; one addressee in 示范区 gets most of them and answers late."""
    whole = pd.concat([_letters(rng, district, counts) for district, counts in LETTERS.items()], ignore_index=True)
    whole = whole.sort_values("issued_at", kind="stable", ignore_index=True)
    prefix = whole["district"].map({district.name: district.prefix for district in LETTERS})
    number = whole.groupby("district").cumcount() + 1
    whole = whole.assign(letter_id=[f"{p}-H{n:04d}" for p, n in zip(prefix, number, strict=True)])
    return whole.assign(complaint_id=_matter(whole, complaints))


def _letters(rng: np.random.Generator, district: District, counts: tuple[int, ...]) -> pd.DataFrame:
    bureaus, offices = [f"{district.name}{name}" for name in words.BODIES[1:]], [f"{s}办事处" for s in district.names]
    weights = np.array([3.0 if name == LATE_ADDRESSEE else 1.0 for name in [*bureaus, *offices]])
    kind = np.repeat(np.arange(3), counts)
    n = len(kind)
    to = rng.choice(len(weights), n, p=weights / weights.sum())
    body = np.array([*bureaus, *offices], object)[to]
    issued = office_time(rng, moments(rng, n, SINCE))
    term = np.array(ANSWER_DAYS)[kind]
    late = rng.random(n) < np.where(body == LATE_ADDRESSEE, 0.5, 0.06)
    took = np.where(late, term + 2 + rng.exponential(9, n), term * rng.uniform(0.2, 0.8, n))
    answered = office_time(rng, issued + days(took))
    return pd.DataFrame(
        {
            "district": district.name,
            "street": np.array([None] * len(bureaus) + list(district.names), object)[to],
            "letter": np.array(["supervision", "risk", "accountability"], object)[kind],
            "organisation": body,
            "issued_at": issued,
            "due_at": issued.astype("datetime64[D]") + term.astype("timedelta64[D]"),
            "answered_at": np.where(answered < END, answered, NEVER),
        }
    )


def _matter(whole: pd.DataFrame, complaints: pd.DataFrame) -> pd.Series:
    """The newest complaint that the addressee had received by then; of supervision letters only."""
    source = complaints[["complaint_id", "organisation", "opened_at"]].dropna()
    found = pd.merge_asof(
        whole[["organisation", "issued_at"]].reset_index().sort_values("issued_at"),
        source.sort_values("opened_at").astype({"opened_at": whole["issued_at"].dtype}),
        left_on="issued_at",
        right_on="opened_at",
        by="organisation",
    ).set_index("index")["complaint_id"]
    return found.reindex(whole.index).where(whole["letter"].eq("supervision"))
