"""Lines over months or weeks."""

import pandas as pd

from cockpit import format
from cockpit.charts.base import figure, label
from cockpit.i18n import _
from cockpit.theme import COMPARISON, DASHED, SMALL, SUBJECT, Tokens

RIGHT = 118  # px, room for the name and value at the end of each line


def received_closed(
    frame: pd.DataFrame,
    tokens: Tokens,
    height: int,
    weekly: bool = False,
    mark: str = "",
    words: tuple[str, str] | None = None,
) -> dict:
    """Received against closed; the band is what came in more than went out.

    ``frame``: bucket, received, closed; one row a bucket, in order. ``words``: what the two lines are called.
    """
    named = words or (_("Received"), _("Closed"))
    return figure(
        tokens,
        height,
        [*_band(frame, tokens), *_lines(frame, tokens, weekly, named), *_ends(frame, tokens)],
        mark=mark,
        margin={"r": RIGHT, "t": 10},
        annotations=[*_names(frame, tokens, named), *_dips(frame, tokens, weekly)],
        xaxis=time_axis(list(frame["bucket"]), weekly),
        yaxis={"rangemode": "tozero", "tickformat": ",", "nticks": 5},
    )


def _names(frame: pd.DataFrame, tokens: Tokens, words: tuple[str, str]) -> list[dict]:
    """Name and value at the end of each line, apart where the lines end close together. A hidden value stands at 0."""
    if frame.empty:
        return []
    last, room = frame.iloc[-1].fillna(0), 0.08 * max(frame["received"].max(), frame["closed"].max(), 1)
    apart = 9 if abs(last["received"] - last["closed"]) < room else 0
    return [
        label(
            f"<b>{name} {format.told(shown, format.count)}</b>",
            last["bucket"],
            last[column],
            colour,
            xanchor="left",
            xshift=9,
            yshift=apart if (last["received"] >= last["closed"]) == (column == "received") else -apart,
        )
        for name, column, shown, colour in (
            (words[0], "received", frame["received"].iloc[-1], tokens.accent),
            (words[1], "closed", frame["closed"].iloc[-1], tokens.ink2),
        )
    ]


def _band(frame: pd.DataFrame, tokens: Tokens) -> list[dict]:
    upper = frame[["received", "closed"]].max(axis=1)
    edge = {"type": "scatter", "mode": "lines", "x": list(frame["bucket"]), "line": {"width": 0}, "hoverinfo": "skip"}
    return [edge | {"y": list(frame["closed"])}, edge | {"y": list(upper), "fill": "tonexty", "fillcolor": tokens.soft}]


def _lines(frame: pd.DataFrame, tokens: Tokens, weekly: bool, words: tuple[str, str]) -> list[dict]:
    shown = [format.week(day) if weekly else format.month(day) for day in frame["bucket"]]
    styles = (
        ("closed", words[1], {"color": tokens.ink3, "width": COMPARISON, "dash": DASHED}),
        ("received", words[0], {"color": tokens.accent, "width": SUBJECT}),
    )
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": list(frame["bucket"]),
            "y": list(frame[column]),
            "line": line,
            "customdata": shown,
            "name": name,
            "hovertemplate": "%{customdata}　" + name + " %{y:,}<extra></extra>",
        }
        for column, name, line in styles
    ]


def _ends(frame: pd.DataFrame, tokens: Tokens) -> list[dict]:
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "x": [last.bucket] * 2,
            "y": [last.closed, last.received],
            "marker": {"color": [tokens.ink3, tokens.accent], "size": 8},
            "hoverinfo": "skip",
            "cliponaxis": False,
        }
        for last in frame.tail(1).itertuples()
    ]


def _dips(frame: pd.DataFrame, tokens: Tokens, weekly: bool) -> list[dict]:
    """春节 under the dips it makes, where the frame says so in a column ``season``."""
    if weekly or "season" not in frame:
        return []
    dips = frame[frame["season"] == "spring_festival"].dropna(subset=["received", "closed"])
    return [
        label(_("Spring Festival"), row.bucket, min(row.received, row.closed), tokens.ink3, size=SMALL, yshift=-12)
        for row in dips.itertuples()
    ]


def time_axis(starts: list[pd.Timestamp], weekly: bool = False, most: int = 6) -> dict:
    """Ticks by hand, because Plotly's are English: the year on January (and on the first) only."""
    if not starts:
        return {"tickvals": [], "ticktext": []}
    step = max(1, -(-len(starts) // most))
    if not weekly and len(starts) > 8:
        step = next(size for size in (2, 3, 6, 12, 24, 48, 96) if -(-len(starts) // size) <= most)
        chosen = [day for day in starts if (day.month - 1) % min(step, 12) == 0 and day.year % max(step // 12, 1) == 0]
    else:
        chosen = starts[::step]
    texts = [_tick(day, day == chosen[0] or (not weekly and day.month == 1), weekly) for day in chosen]
    return {"tickvals": chosen, "ticktext": texts, "tickangle": 0, "range": _padded(starts)}


def _tick(day: pd.Timestamp, with_year: bool, weekly: bool) -> str:
    name = format.week_number(day) if weekly else format.short_month(day)
    return f"{name}<br>{format.year(day)}" if with_year else name


def _padded(starts: list[pd.Timestamp]) -> list[pd.Timestamp]:
    """A little room at both ends, so that a single month is a point in the middle."""
    room = (starts[-1] - starts[0]) * 0.015 if len(starts) > 1 else pd.Timedelta(days=15)
    return [starts[0] - room, starts[-1] + room]
