"""支付令资格: why a case may not take the payment-order procedure, by which article, and the next lawful way."""

from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np
import pandas as pd

from cockpit import format, session
from cockpit.cube import coded, passing
from cockpit.deadlines.calendar import DAY, next_working_day
from cockpit.i18n import _, language
from cockpit.masking import small
from queries import payment_orders as ask
from queries.filters import Filters
from queries.payment_orders import BARS, DIMENSIONS
from queries.words import N_

NOTHING, NEVER = float("nan"), np.datetime64("NaT", "us")
SERVE_WITHIN = 30
"""Days from issuing: an order not served by then ends (民事诉讼法解释)."""


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
    "unreachable": N_("The debtor cannot be found or served"),
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
        "{confirmation}); that does not stop the clock: sue or arbitrate within 30 days of the measure, or it is "
        "lifted (Civil Procedure Law, article {preservation})"
    ),
    "unreachable": N_(
        "Verify the address first, then ask again or mediate; if nobody finds the debtor, sue: papers are then served "
        "by public notice (Civil Procedure Law, article {notice})"
    ),
    "not_served": N_(
        "The court ends the procedure and the order loses its force; sue, with service by public notice where needed "
        "(Civil Procedure Law, article {notice}), or mediate once there is contact"
    ),
}


def articles(on: date) -> Articles:
    """The numbers in force on a day; of earlier days the oldest that are known."""
    return next((one for one in ARTICLES if one.since <= on), ARTICLES[-1])


def recorded(filters: Filters) -> bool:
    """Does the district have requests for payment orders at all?"""
    known = set(session.load(ask.districts, raw=True)["district"])
    return bool(known) if filters.district is None else filters.district in known


def lapsed(issued: np.ndarray) -> np.ndarray:
    """The first moment at which an order that was not served has ended: after 30 days, of which that of issuing does
    not count and the last is a working day (民事诉讼法 85). NaT where none was issued."""
    known, result = ~np.isnat(issued), np.full(len(issued), np.datetime64("NaT"), "datetime64[us]")
    last = next_working_day(issued[known].astype("datetime64[D]") + SERVE_WITHIN)
    result[known] = (last + DAY).astype("datetime64[us]")
    return result


def since(frame: pd.DataFrame) -> dict[str, np.ndarray]:
    """Of rows with opened_at and the columns of ``payment_orders``: when each bar began, NaT where it never did.

    Preservation asked for after the court had accepted the request is none; that of a debtor nobody finds holds from
    the opening of the case, until papers are served.
    """
    names = ("opened_at", "preservation_at", "accepted_at", "issued_at", "served_at")
    opened, preserved, accepted, issued, served = (frame[name].to_numpy("datetime64[us]") for name in names)
    nowhere = frame["debtor_reachable"].eq(False).to_numpy(bool)
    ended = lapsed(issued)
    return {
        "preservation": np.where(np.isnat(accepted) | (preserved <= accepted), preserved, NEVER),
        "unreachable": np.where(nowhere, opened, NEVER),
        "not_served": np.where(np.isnat(served) | (served >= ended), ended, NEVER),
    }


def standing_at(end: np.datetime64, began: dict[str, np.ndarray], served: np.ndarray) -> dict[str, np.ndarray]:
    """Which of the bars of ``since`` stand at a moment."""
    return {
        "preservation": began["preservation"] < end,
        "unreachable": (began["unreachable"] < end) & ~(served < end),
        "not_served": began["not_served"] <= end,
    }


def reason(frame: pd.DataFrame, end: np.datetime64) -> np.ndarray:
    """Of rows as ``since`` takes them, the first bar that stands at a moment; "no" where none does."""
    flags = standing_at(end, since(frame), frame["served_at"].to_numpy("datetime64[us]"))
    return np.select(list(flags.values()), list(flags), "no").astype(object)


@dataclass(frozen=True)
class Requests:
    """The rows of ``queries.payment_orders.requests``: identifiers and times by name, codes and labels of the
    dimensions."""

    ids: np.ndarray
    times: dict[str, np.ndarray]
    codes: dict[str, np.ndarray]
    labels: dict[str, list[str | None]]

    @property
    def nbytes(self) -> int:
        return sum(column.nbytes for column in (self.ids, *self.times.values(), *self.codes.values()))

    def standing(self, filters: Filters) -> dict[str, float]:
        """At the end of the period, asked and served (cases in which an order was asked for, was served) and barred;
        of each bar how many asked (``preservation``) and how many did not (``preservation_elsewhere``). A case may have
        several bars."""
        keep, asked, bars = self._at(filters)
        counts = {"asked": asked, "served": asked & (self.times["served_at"] < _end(filters))}
        for name, bar in {"barred": _any(bars), **bars}.items():
            counts |= {name: asked & bar, f"{name}_elsewhere": ~asked & bar}
        return {name: float((which & keep).sum()) for name, which in counts.items()}

    def barred(self, filters: Filters) -> pd.DataFrame:
        """One row per case in which an order was asked for although it is barred, the newest request first: case_id,
        and each bar as a flag."""
        keep, asked, bars = self._at(filters)
        rows = np.flatnonzero(keep & asked & _any(bars))
        return pd.DataFrame({"case_id": self.ids[rows], **{name: bar[rows] for name, bar in bars.items()}})

    def _at(self, filters: Filters) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
        """Which rows are chosen, which asked for an order, and which have each bar at the end of the period."""
        end, times = _end(filters), self.times
        keep = passing(self.codes, self.labels, filters)
        return keep, times["applied_at"] < end, standing_at(end, times, times["served_at"])


def _end(filters: Filters) -> np.datetime64:
    return np.datetime64(filters.known_until, "us")


def _any(bars: dict[str, np.ndarray]) -> np.ndarray:
    return np.logical_or.reduce(list(bars.values()))


def requests(frame: pd.DataFrame) -> Requests:
    codes, labels = coded(frame[list(DIMENSIONS)])
    times = {name: frame[name].to_numpy("datetime64[us]") for name in ("applied_at", "served_at")}
    return Requests(frame["case_id"].to_numpy(object), times | since(frame), codes, labels)


def _read(district: str | None) -> Requests:
    return requests(session.read_once(ask.requests, district))


def _known(filters: Filters) -> Requests:
    return session.kept(partial(_read, filters.district), "payment_orders", filters.district)


def barred(filters: Filters) -> pd.DataFrame:
    """As ``Requests.barred``, for those who may see rows."""
    return _known(filters).barred(filters)


def standing(filters: Filters) -> dict[str, float]:
    """The counts of ``Requests.standing``. Who may not see rows is told how many asked; the others only where none of
    them, and nothing between them, is small."""
    counts = _known(filters).standing(filters)
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
        first = _("An order was asked for in {n} cases, and none of these three bars was found.")
    else:
        first = _(
            "An order was asked for in {n} cases; **{barred} of them may not take this procedure, or it has ended.**"
        )
    sentences = [first.format(n=format.told(asked), barred=format.told(barred))]
    if elsewhere != 0:
        text = _("{n} more have such a bar, and no order was asked for.")
        sentences.append(text.format(n=format.told(elsewhere)))
    return (" " if language() == "en" else "").join(sentences)


def listed(found: pd.DataFrame) -> pd.DataFrame:
    """The cases of ``barred`` with what is told of them, and their bars in words."""
    rows = session.load(ask.named, tuple(found["case_id"]), raw=True)
    flags = found.set_index("case_id").loc[rows["case_id"]].to_dict("records")
    words = [_(", ").join(_(REASONS[bar]) for bar in BARS if row[bar]) for row in flags]
    return rows.assign(reason=words)
