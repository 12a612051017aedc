"""What became of those received in each month."""

import pandas as pd

from cockpit import format
from cockpit.charts.base import figure, plain, rows_axis
from cockpit.charts.rates import COLUMN, KEPT, columns, numbers, share_ticks
from cockpit.i18n import _
from cockpit.theme import Tokens

THICK = 28  # px, the thickest bar


def cohorts(frame: pd.DataFrame, tokens: Tokens, height: int, done: str, mark: str = "") -> dict:
    """What became of those received in each month: done (solid), closed otherwise (pale), pending (open outline).

    ``frame``: name, data, done, other, pending (shares), n, mature; hatched where not yet mature. ``done``: its word.
    """
    parts = (
        ("done", done, tokens.accent, tokens.accent),
        ("other", _("closed otherwise"), tokens.soft, tokens.soft),
        ("pending", _("pending"), tokens.background, tokens.context),
    )
    return figure(
        tokens,
        height,
        [_stack(frame, tokens, *part) for part in parts if frame[part[0]].fillna(0).any()],
        mark=mark,
        margin={"r": COLUMN},
        annotations=columns(frame["done"], frame["n"], tokens),
        barmode="stack",
        bargap=max(0.28, 1 - THICK * max(len(frame), 1) / height),
        xaxis={"range": [0, 1], **share_ticks(0, 1, 4)},
        yaxis=rows_axis(list(frame["name"]), tokens) | {"ticklabelstandoff": 4},
    )


def _stack(frame: pd.DataFrame, tokens: Tokens, column: str, word: str, fill: str, edge: str) -> dict:
    ripe, values = frame["mature"].tolist(), numbers(frame[column])
    rows = zip(frame["name"], values, frame["n"].tolist(), ripe, strict=True)
    young = f"<br>{_('not yet mature')}"
    return {
        "type": "bar",
        "orientation": "h",
        "x": [value or None for value in values],
        "y": list(range(len(frame))),
        "marker": {
            "color": fill,
            "line": {"color": edge, "width": 1},
            "pattern": {
                "shape": ["" if mature else "/" for mature in ripe],
                "fgcolor": tokens.background if column == "done" else tokens.ink3,
                "bgcolor": fill,
                "size": 6,
                "solidity": 0.35 if column == "done" else 0.15,
            },
        },
        "customdata": frame["data"].tolist(),
        "hovertext": [
            f"{plain(name)}　{word} {format.share(value)}　n={format.number(n)}" + ("" if mature else young)
            for name, value, n, mature in rows
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
        **KEPT,
    }
