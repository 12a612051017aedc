"""What the page 信访 shows, as frames and figures: how well petitions are handled, and by whom."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from cockpit import format, rollups, situation
from cockpit.analysis.intervals import wilson
from cockpit.analysis.rates import PLAIN
from cockpit.i18n import _
from cockpit.masking import mask, small
from cockpit.session import as_seen, choices, figures, load, reach, trend, viewer
from queries import letters, petition_steps
from queries import petitions as ask
from queries.filters import Filters, before, year_before
from queries.measures import MEASURES
from queries.tables import LETTERS, NATURES, PETITION_RESULTS, PETITION_STEPS, complaints
from queries.words import N_

CALLBACK = ("contact_rate", "solved_rate", "satisfied_rate")
CARDS = (
    "received",
    "accepted_on_time_rate",
    "replied_on_time_rate",
    "callback_rate",
    "repeat_rate",
    "group_visits",
    "pending",
    "persons",
    "visits",
    "visitors",
    "group_visitors",
    "returned",
    "urged",
    *CALLBACK,
)
JUDGED = ("replied_on_time_rate", "accepted_on_time_rate", "solved_rate", "callback_rate")
COUNTED = ("received", "closed", "overdue")
BALANCE = ("pending_at_start", "received", "cleared", "pending")
HANDLED, BODIES = (*JUDGED, *COUNTED), ("organisation", "nature")
PLACES, PLACED, SETTLED = ("community",), (*BALANCE, "overdue", "replied_on_time_rate"), ("settled_by_mediation",)
NATURE_ORDER = (*NATURES.values(), None)
OTHER = N_("Others")


def channels(filters: Filters) -> tuple[str, ...]:
    """The channels of the district that petitions come by; none where no record says by which procedure."""
    known = load(ask.channels, raw=True)
    inside = known if filters.district is None else known[known["district"] == filters.district]
    return tuple(dict.fromkeys(inside["channel"]))


def narrowed(filters: Filters, chosen: Sequence[str]) -> Filters:
    """The choice, of petitions by these channels alone."""
    return replace(filters, channels=tuple(chosen)) if chosen else filters


# --- how well, and by whom --------------------------------------------------------------------------------------------


def callback(row: dict) -> pd.DataFrame:
    """The three rates of the callback: name, value, lower, upper (Wilson 95%), worst and best (were all who were not
    reached to say no, or yes), n, closed. NaN where they may not be shown."""
    yes, n = (np.array([row[f"{key}_{part}"] for key in CALLBACK], float) for part in "nd")
    closed = float(row["callback_rate_d"])
    lower, upper = wilson(yes, n)
    with np.errstate(divide="ignore", invalid="ignore"):
        return pd.DataFrame(
            {
                "name": [_(MEASURES[key].label) for key in CALLBACK],
                "value": yes / n,
                "lower": lower,
                "upper": upper,
                "worst": yes / closed,
                "best": (yes + closed - n) / closed,
                "n": n,
                "closed": closed,
            }
        )


def handled(filters: Filters) -> pd.DataFrame:
    """One row per responsible body and nature: the parts of ``JUDGED``, and ``COUNTED``; raw, to be added up."""
    return rollups.figures(HANDLED, complaints, filters, BODIES)


def warm() -> None:
    """Fill the roll-ups of this page for the first district; raises CockpitError as the page would."""
    if reach() is None:
        return
    first = choices().districts[0]
    for keys, by in ((HANDLED, BODIES), (PLACED, PLACES)):
        for each in rollups.UNITS:
            rollups.kept(keys, complaints, first, by, each)
    rollups.kept(SETTLED, complaints, first, ())


def by_body(raw: pd.DataFrame) -> pd.DataFrame:
    """One row per responsible body, the least timely first: organisation, of each rate its value, _n and _d, lower and
    upper of the answers on time (Wilson 95%), counts. Bodies of which too few can be judged come last. Accusations
    (检举控告) stay out: of these nothing is told by body."""
    frame = _added(raw[raw["nature"] != NATURES["accusation"]], "organisation")
    shown = _by_timeliness(as_seen(frame), "organisation")  # in this order: the place of a hidden rate would tell it
    lower, upper = wilson(shown["replied_on_time_rate_n"], shown["replied_on_time_rate_d"])
    return shown.assign(lower=lower, upper=upper)


def by_nature(raw: pd.DataFrame) -> pd.DataFrame:
    """One row per nature in the order of the law, all others last: nature, the rates and counts of ``handled``; of
    accusations (检举控告) the counts alone."""
    named = raw["nature"].where(raw["nature"].isin(NATURES.values()), None)
    frame = _added(raw.assign(nature=named), "nature")
    order = {nature: place for place, nature in enumerate(NATURE_ORDER)}
    frame = frame.sort_values("nature", key=lambda names: names.map(lambda name: order.get(name, len(order))))
    shown = as_seen(frame.reset_index(drop=True))
    rates = [name for name in shown if name.startswith(JUDGED)]
    told = shown[rates].to_numpy(float, copy=True)
    told[(shown["nature"] == NATURES["accusation"]).to_numpy(bool)] = np.nan
    return shown.assign(**dict(zip(rates, told.T, strict=True)))


def by_channel(filters: Filters) -> pd.DataFrame:
    """One row per channel, the least timely first: channel, received, persons, repeats, answers on time."""
    keys = ("received", "persons", "visits", "group_visits", "repeat_rate", "replied_on_time_rate")
    frame = figures(keys, complaints, filters, ("channel",))
    frame = frame[frame["received"] != 0]
    return _by_timeliness(frame, "channel")


def _added(raw: pd.DataFrame, by: str) -> pd.DataFrame:
    """Summed by one of the two; without those of whom nothing happened or stood."""
    columns = [*(f"{key}_{part}" for key in JUDGED for part in "nd"), *COUNTED]
    names = [None if format.missing(name) else name for name in raw[by].tolist()]
    places = {name: place for place, name in enumerate(dict.fromkeys(names))}
    sums = np.zeros((len(places), len(columns)), np.int64)
    np.add.at(sums, [places[name] for name in names], raw[columns].to_numpy(np.int64))
    some = np.asarray(sums.any(axis=1))
    known = pd.Series([name for name, there in zip(places, some.tolist(), strict=True) if there], dtype=object)
    added = dict(zip(columns, sums[some].T, strict=True))
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = {key: added[f"{key}_n"] / np.where(added[f"{key}_d"] > 0, added[f"{key}_d"], np.nan) for key in JUDGED}
    return pd.DataFrame({by: known, **added, **rates})


# --- the stock --------------------------------------------------------------------------------------------------------


STOCKS, FLOWS = ("pending_at_start", "pending"), ("received", "cleared")


def discreet(frame: pd.DataFrame, parts: Sequence[str] = STOCKS) -> pd.DataFrame:
    """Of the equation stock + received − cleared = stock three parts tell the fourth: where one may not be shown, none
    of ``parts`` is. The stocks, as what was received and closed stands beside other figures too; the flows where the
    stocks follow from elsewhere."""
    hidden = frame[list(BALANCE)].isna().any(axis=1)
    return frame.assign(**{name: frame[name].mask(hidden) for name in parts})


def balance(filters: Filters) -> dict:
    """``BALANCE`` of the period; NaN what may not be shown."""
    return discreet(figures(BALANCE, complaints, filters)).iloc[0].to_dict()


def flow(filters: Filters, buckets: Sequence) -> pd.DataFrame:
    """One row a month (or week): bucket, ``BALANCE``."""
    return discreet(trend(BALANCE, complaints, filters, buckets), FLOWS)  # a stock stands in the next row too


def balances(filters: Filters) -> pd.DataFrame:
    """One row per street (or community), the least timely first: the place, ``BALANCE``, overdue, answers on time."""
    by, keys = filters.level, PLACED
    if by == "street":
        frame = figures(keys, complaints, filters, (by,))
    else:
        frame = as_seen(rollups.figures(keys, complaints, filters, (by,)))
    if situation.overdue_known(complaints, filters) == "never":
        frame = frame.assign(overdue=np.nan)
    return _by_timeliness(discreet(frame[frame[list(BALANCE)].ne(0).any(axis=1)]), by)


def _by_timeliness(frame: pd.DataFrame, by: str, rate: str = "replied_on_time_rate") -> pd.DataFrame:
    """The least timely first; those of which too few can be judged come last."""
    few = ~(frame[f"{rate}_d"] >= PLAIN)
    ordered = frame.assign(few=few).sort_values(["few", rate, by], ignore_index=True, kind="stable")
    return ordered.drop(columns="few")


def backlog(filters: Filters) -> dict:
    """``BALANCE`` of the cases of long standing alone, by what ``backlog_cleared_rate`` counts at the end of the period
    and at its start; NaN what may not be shown."""
    key = "backlog_cleared_rate"
    rows = [figures((key,), complaints, period, raw=True).iloc[0] for period in (filters, before(filters))]
    (opened, cleared), (opened_before, cleared_before) = ((row[f"{key}_d"], row[f"{key}_n"]) for row in rows)
    values = (opened_before - cleared_before, opened - opened_before, cleared - cleared_before, opened - cleared)
    shown = as_seen(pd.DataFrame([values], columns=BALANCE, dtype="int64"))
    return discreet(shown, FLOWS).iloc[0].to_dict()  # the parts of the rate tell the stocks


# --- matters that are raised again ------------------------------------------------------------------------------------

LONGEST = 5  # petitions of a matter from which on they are counted together


def lengths(matters: pd.DataFrame) -> pd.DataFrame:
    """One row per number of petitions in a matter, 2 to ``LONGEST`` and more: links, n, pending."""
    long = matters["links"].clip(upper=LONGEST)
    sizes = range(2, LONGEST + 1)
    frame = pd.DataFrame(
        {
            "links": [f"≥{size}" if size == LONGEST else str(size) for size in sizes],
            "n": [int((long == size).sum()) for size in sizes],
            "pending": [int(((long == size) & (matters["pending"] > 0)).sum()) for size in sizes],
        }
    )
    return as_seen(frame)


# --- from the petition to the dispute and back ------------------------------------------------------------------------

STAGES = {
    "received": N_("Received"),
    "linked": N_("Handed to mediation"),
    "found": N_("Dispute on record"),
    "ended": N_("Mediation ended"),
    "settled": N_("Mediated"),
    "closed": N_("Petition closed"),
    "solved": N_("Said to be solved"),
}
LOST = {
    "linked": N_("not handed to mediation"),
    "found": N_("the dispute is not on record"),
    "ended": N_("still in mediation"),
    "settled": N_("ended otherwise"),
    "closed": N_("petition not closed"),
    "solved": N_("not solved, or not reached"),
}


def stages(fates: pd.DataFrame) -> pd.DataFrame:
    """The chain of ``queries.linkage.chain``: stage, name, n, lost (of the stage before), why. A loss that may not be
    shown is told with that of the next stage."""
    n, left = fates["n"], pd.Series(True, index=fates.index)
    conditions = {
        "received": left,
        "linked": fates["linked"].astype(bool),
        "found": fates["found"].astype(bool),
        "ended": fates["result"].notna() & (fates["result"] != "open"),
        "settled": fates["result"] == "mediated",
        "closed": fates["closed"].astype(bool),
        "solved": fates["solved"].map(lambda answer: answer is True),
    }
    rows: list[dict] = []
    for stage, passes in conditions.items():
        left = left & passes
        rows.append({"stage": stage, "n": int(n[left].sum()), "why": [stage]})
    return _named(rows if viewer().rows else _merged(rows))


def _merged(rows: list[dict]) -> list[dict]:
    """Stages whose loss, or number, is too small to be shown go into the next; the last of them vanish."""
    kept = [row for row in rows[:1] if not small(row["n"])]
    why: list[str] = []
    for row in rows[1:] if kept else []:
        why += row["why"]
        if not small(kept[-1]["n"] - row["n"]) and not small(row["n"]):
            kept.append(row | {"why": why})
            why = []
    return kept


def _named(rows: list[dict]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["stage", "n", "why"])
    lost = -frame["n"].diff().fillna(0).astype("int64")
    why = [_(", ").join(_(LOST[stage]) for stage in stages_ if stage in LOST) for stages_ in frame["why"]]
    return frame.assign(name=[_(STAGES[stage]) for stage in frame["stage"]], lost=lost, why=why)


def settled(filters: Filters) -> list[dict]:
    """``settled_by_mediation`` of the period, of the one before and of the year before."""
    periods = (filters, before(filters), year_before(filters))
    found = [as_seen(rollups.figures(SETTLED, complaints, period, ())) for period in periods]
    return [frame.iloc[0].to_dict() for frame in found]


def outcomes(fates: pd.DataFrame) -> pd.DataFrame:
    """How the disputes ended that were not settled: result, n; the most frequent first."""
    other = fates[fates["result"].notna() & ~fates["result"].isin(["mediated", "open"])]
    counted = other.groupby("result")["n"].sum().astype("int64").reset_index()
    return as_seen(counted.sort_values("n", ascending=False, ignore_index=True))


# --- letters and steps ------------------------------------------------------------------------------------------------

LETTER_COUNTS = ("issued", "due", "answered", "overdue", "waiting", "judged", "on_time")


def share(part: int, whole: int) -> float:
    """A share; NaN where there is nothing to take it of, and where one of its parts may not be shown."""
    hidden = not viewer().rows and any(small(n) for n in (part, whole, whole - part))
    return float("nan") if hidden or not whole else part / whole


def letters_by_kind(filters: Filters) -> pd.DataFrame:
    """One row per kind in the order of the three: letter, counts, rate (on time of those judged), median_days."""
    frame = load(letters.by_kind, filters, raw=True)
    order = {letter: place for place, letter in enumerate(LETTERS)}
    frame = frame.sort_values("letter", key=lambda names: names.map(order), ignore_index=True)
    shown = _rated(frame[["letter", *LETTER_COUNTS, "median_days"]])
    return shown.assign(median_days=shown["median_days"].mask(shown["answered"].isna()))


def letters_by_body(raw: pd.DataFrame) -> pd.DataFrame:
    """One row per body, the least timely first: organisation, counts, rate, and how many of each kind. ``raw``:
    of ``queries.letters.by_body``."""
    summed = raw.groupby("organisation")[list(LETTER_COUNTS)].sum()
    kinds = raw.pivot_table(index="organisation", columns="letter", values="issued", aggfunc="sum", fill_value=0)
    frame = summed.join(kinds.reindex(columns=list(LETTERS), fill_value=0)).astype("int64").reset_index()
    return _by_timeliness(_together(_rated(frame), list(LETTERS)), "organisation", "rate")


def _rated(frame: pd.DataFrame) -> pd.DataFrame:
    """With ``rate``: on time of those judged."""
    parts = {"rate": frame["on_time"] / frame["judged"].where(frame["judged"] > 0), "rate_n": frame["on_time"]}
    shown = as_seen(frame.assign(**parts, rate_d=frame["judged"]))
    told = shown.assign(judged=shown["rate_d"], on_time=shown["rate_n"])
    return _together(told, LETTER_COUNTS[1:], ("rate", "rate_n", "rate_d"))


def _together(frame: pd.DataFrame, parts: Sequence[str], beside: Sequence[str] = ()) -> pd.DataFrame:
    """With ``parts`` of ``issued`` (and what is ``beside`` them) hidden together, as the others tell the one that may
    not be shown; and never in a single row, as the total tells that."""
    hidden = frame[["issued", *parts]].isna().any(axis=1)
    if hidden.sum() == 1 < len(frame):
        hidden[frame["issued"].fillna(0).mask(hidden).idxmin()] = True
    return frame.assign(**{name: frame[name].mask(hidden) for name in (*parts, *beside)})


def steps(filters: Filters) -> pd.DataFrame:
    """One row per step in the order of the procedure: step, n, done, median_days, each result, none (no result)."""
    found = load(petition_steps.results, filters, raw=True)
    whole = found[found["whole"] == 1].set_index("step")
    each = found[found["whole"] == 0].assign(result=found["result"].fillna("none"))
    wide = each.pivot_table(index="step", columns="result", values="n", aggfunc="sum", fill_value=0)
    frame = whole[["n", "done", "median_days"]].join(wide.reindex(columns=[*PETITION_RESULTS, "none"], fill_value=0))
    frame = frame.reindex([step for step in PETITION_STEPS if step in frame.index]).reset_index()
    shown = _discreet_steps(frame.astype({name: "int64" for name in frame if name not in ("step", "median_days")}))
    return shown.assign(median_days=shown["median_days"].mask(shown["done"].isna()))


def _discreet_steps(frame: pd.DataFrame) -> pd.DataFrame:
    """Results add up along the rows: where one of them may not be shown, none of that row is."""
    if viewer().rows:
        return frame
    results = [*PETITION_RESULTS, "none"]
    hidden = mask(frame)
    some = hidden[results].isna().any(axis=1)
    return hidden.assign(**{name: hidden[name].mask(some) for name in results})
