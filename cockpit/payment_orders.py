"""支付令资格: why a case may not take the payment-order procedure, by which article, and the next lawful way."""

from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np
import pandas as pd

from cockpit import format, session
from cockpit.cube import coded, codes_of
from cockpit.i18n import _, language
from cockpit.masking import small
from queries import payment_orders as ask
from queries.filters import Filters
from queries.payment_orders import BARS
from queries.words import N_

NOTHING = float("nan")


@dataclass(frozen=True)
class Articles:
    """Numbers of articles in the texts in force since a day: of the Civil Procedure Law and its interpretation."""

    since: date
    order: int  # 可以申请支付令的条件
    preservation: int  # 诉前保全, 30 days to sue or the measure is lifted
    confirmation: int  # 司法确认
    notice: int  # 公告送达
    conditions: int  # 解释: 应当受理的条件, items 4, 5 and 7
    ends: int  # 解释: 终结督促程序, item 2


# 民事诉讼法 2017, 2021 (in force 2022-01-01) and 2023 (2024-01-01); 解释 法释〔2015〕5号 and 〔2022〕11号 (2022-04-10).
ARTICLES = (
    Articles(date(2024, 1, 1), 225, 104, 205, 95, 427, 430),
    Articles(date(2022, 4, 10), 221, 104, 201, 95, 427, 430),
    Articles(date(2022, 1, 1), 221, 104, 201, 95, 429, 432),
    Articles(date(2017, 7, 1), 214, 101, 194, 92, 429, 432),
)
REASONS = {
    "preservation": N_("Preservation asked for before filing"),
    "unreachable": N_("The debtor cannot be found"),
    "not_served": N_("Not served within 30 days"),
}
BASES = {
    "preservation": N_("Interpretation of the Civil Procedure Law, article {conditions}(7)"),
    "unreachable": N_("Civil Procedure Law, article {order}; interpretation, article {conditions}(4) and (5)"),
    "not_served": N_("Interpretation of the Civil Procedure Law, article {ends}(2)"),
}
WAYS = {
    "preservation": N_(
        "Mediate while the property is preserved, and have the agreement confirmed (Civil Procedure Law, article "
        "{confirmation}); else sue or arbitrate within 30 days, or the measure is lifted (article {preservation})"
    ),
    "unreachable": N_(
        "Restore contact first and ask again, or mediate; if nobody finds the debtor, sue: papers are then served by "
        "public notice (Civil Procedure Law, article {notice})"
    ),
    "not_served": N_(
        "The procedure ends and the order loses its force; sue, with service by public notice where needed (Civil "
        "Procedure Law, article {notice}), or mediate once there is contact"
    ),
}


def articles(on: date) -> Articles:
    """The numbers in force on a day; of earlier days the oldest that are known."""
    return next((one for one in ARTICLES if one.since <= on), ARTICLES[-1])


def recorded(filters: Filters) -> bool:
    """Does the district have requests for payment orders at all?"""
    known = set(session.load(ask.districts, raw=True)["district"])
    return bool(known) if filters.district is None else filters.district in known


@dataclass(frozen=True)
class Requests:
    """The rows of ``queries.payment_orders.requests``: times by name, codes and labels of the dimensions."""

    times: dict[str, np.ndarray]
    codes: dict[str, np.ndarray]
    labels: dict[str, list[str | None]]

    @property
    def nbytes(self) -> int:
        return sum(column.nbytes for column in (*self.times.values(), *self.codes.values()))

    def standing(self, filters: Filters) -> dict[str, float]:
        """At the end of the period, asked and served (cases in which an order was asked for, was served) and barred;
        of each bar how many asked (``preservation``) and how many did not (``preservation_elsewhere``). A case may have
        several bars."""
        end = np.datetime64(min(filters.until, filters.data_date), "us")
        keep = np.ones(len(self.times["served_at"]), bool)
        for name, wanted in filters.chosen():
            keep &= np.isin(self.codes[name], codes_of(self.labels[name], wanted))
        asked, served = (self.times[name] < end for name in ("applied_at", "served_at"))
        bars = {
            "preservation": self.times["preservation"] < end,
            "unreachable": (self.times["unreachable"] < end) & ~served,
            "not_served": self.times["not_served"] <= end,
        }
        some = np.logical_or.reduce(list(bars.values()))
        counts = {"asked": asked, "served": asked & served}
        for name, bar in {"barred": some, **bars}.items():
            counts |= {name: asked & bar, f"{name}_elsewhere": ~asked & bar}
        return {name: float((which & keep).sum()) for name, which in counts.items()}


def requests(frame: pd.DataFrame) -> Requests:
    codes, labels = coded(frame)
    times = {name: frame[name].to_numpy("datetime64[us]") for name in ("applied_at", "served_at", *BARS)}
    return Requests(times, codes, labels)


def _read(district: str | None) -> Requests:
    return requests(session.read_once(ask.requests, district))


def standing(filters: Filters) -> dict[str, float]:
    """The counts of ``Requests.standing``. Who may not see rows is told how many asked; the others only where none of
    them, and nothing between them, is small."""
    known: Requests = session.kept(partial(_read, filters.district), "payment_orders", filters.district)
    counts = known.standing(filters)
    apart = [*counts.values(), counts["asked"] - counts["barred"], counts["asked"] - counts["served"]]
    if session.viewer().rows or not any(small(value) for value in apart):
        return counts
    asked = NOTHING if small(counts["asked"]) else counts["asked"]
    return dict.fromkeys(counts, NOTHING) | {"asked": asked}


def reasons(counts: dict[str, float], on: date) -> pd.DataFrame:
    """One row a bar: reason, asked (cases in which an order was asked for), elsewhere (others), basis, way."""
    numbers = vars(articles(on))
    rows = [
        {
            "reason": _(REASONS[bar]),
            "asked": counts[bar],
            "elsewhere": counts[f"{bar}_elsewhere"],
            "basis": _(BASES[bar]).format(**numbers),
            "way": _(WAYS[bar]).format(**numbers),
        }
        for bar in BARS
    ]
    return pd.DataFrame(rows).astype({"asked": float, "elsewhere": float})


def said(counts: dict[str, float]) -> str:
    """What was found, in one or two sentences."""
    asked, barred, elsewhere = (counts[name] for name in ("asked", "barred", "barred_elsewhere"))
    if barred == 0:
        first = _("An order was asked for in {n} cases, and none of them is barred.")
    else:
        first = _("An order was asked for in {n} cases; **{barred} of them may not take this procedure.**")
    sentences = [first.format(n=format.told(asked), barred=format.told(barred))]
    if elsewhere != 0:
        text = _("{n} more are barred and rightly took another way.")
        sentences.append(text.format(n=format.told(elsewhere)))
    return (" " if language() == "en" else "").join(sentences)


def listed(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of ``queries.payment_orders.barred`` with their bars in words."""
    words = [[_(REASONS[bar]) for bar in BARS if row[bar]] for row in rows.to_dict("records")]
    return rows.assign(reason=[_(", ").join(each) for each in words])
