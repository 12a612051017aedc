"""The funnel: a row a step, its length what entered; pale is passed on, solid left here, hatched is not known."""

from collections.abc import Sequence
from dataclasses import dataclass

from cockpit import format
from cockpit.analysis.funnel import Funnel, Step
from cockpit.charts.base import figure, label, plain, rows_axis
from cockpit.i18n import _
from cockpit.theme import LARGE, SMALL, TEXT, Tokens, readable_on
from queries.funnel import HIDDEN, IN_PROGRESS, PASSED, PLACES, UNCLEAR, UNKNOWN, WHOLE
from queries.tables import RESOLVED

ROW, PHONE_ROW = 84, 88  # px, from one bar to the next
GAP, PHONE_GAP = 0.5, 0.6  # of a row is air
PLOT, PHONE_PLOT = 640, 330  # px that a bar of full length has at least
COLUMN = 262  # px at the right: exit, cases, share of the bar
LINES = 4  # of text beside a bar


HATCHES = {UNKNOWN: "/", UNCLEAR: "x", IN_PROGRESS: "."}


@dataclass(frozen=True)
class Bar:
    """One stacked bar: ``parts`` from ``start`` on, in the order of drawing, each (place, cases)."""

    name: str
    start: float
    parts: tuple[tuple[str, int], ...]
    above: tuple[str, ...]
    lines: tuple[tuple[str, int], ...]  # beside it: what became of the cases, most important first

    @property
    def length(self) -> int:
        return sum(n for _place, n in self.parts)


def place_name(place: str) -> str:
    """What a place is called; an exit that only the source knows keeps its name."""
    return _(PLACES[place]) if place in PLACES else place


def step_name(step: str) -> str:
    return _(PLACES[WHOLE]) if step == WHOLE else step


def draw(tokens: Tokens, funnel: Funnel, phone: bool = False, mark: str = "") -> dict:
    """One bar per step and one per kind of residual. Branches of one step lie side by side under it."""
    starts = _starts(funnel)
    bars = [*(_step_bar(step, starts[step.name][None], funnel) for step in funnel.steps), *_residual_bars(funnel)]
    full = max([funnel.total, 1, *(bar.start + bar.length for bar in bars)])
    names = [bar.name for bar in bars]
    return figure(
        tokens,
        len(bars) * (PHONE_ROW if phone else ROW) + 24,
        _traces(tokens, bars),
        mark=mark,
        margin={"r": 4} if phone else {"r": COLUMN, "t": 12},
        annotations=_phone_texts(tokens, bars, full) if phone else _texts(tokens, bars, full),
        shapes=_links(tokens, funnel, starts, PHONE_GAP if phone else GAP),
        barmode="stack",
        bargap=PHONE_GAP if phone else GAP,
        xaxis={"visible": False, "range": [0, full * 1.002]},
        yaxis={
            **rows_axis(names, tokens, TEXT + 1),
            "ticklabelstandoff": 8,
            "showticklabels": not phone,
        },
    )


# --- where the bars lie -----------------------------------------------------------------------------------------------


def _starts(funnel: Funnel) -> dict[str, dict[str | None, float]]:
    """By step and origin, where that flow begins; None: where the step's own bar does. Branches of a step take up what
    it passes on one after the other, and a step that several lead to begins with the first of them."""
    taken: dict[str | None, float] = {}
    starts: dict[str, dict[str | None, float]] = {}
    for step in funnel.steps:
        flows: dict[str | None, float] = {}
        for origin, n in step.sources.items():
            base = starts.get(origin, {}).get(None, 0) if origin is not None else 0
            flows[origin] = base + taken.get(origin, 0)
            taken[origin] = taken.get(origin, 0) + n
        starts[step.name] = flows | {None: max(min([*flows.values(), funnel.total - step.handled]), 0)}
    return starts


def _step_bar(step: Step, start: float, funnel: Funnel) -> Bar:
    places = [PASSED, *reversed(list(step.left))]
    parts = tuple((place, step.places[place]) for place in places if place in step.places)
    lines = tuple((place_name(place), n) for place, n in step.left.items())
    return Bar(step_name(step.name), start, parts, _came(step, funnel), lines)


def _came(step: Step, funnel: Funnel) -> tuple[str, ...]:
    """进入 900, 占接收 45.0%, 来自查废筛查."""
    said = [_("{n} entered").format(n=format.number(step.entered))]
    if step.carried:
        said.insert(0, _("{n} there before").format(n=format.number(step.carried)))
    elif step.entered != funnel.total:
        said.append(_("{share} of all").format(share=format.share(step.entered / funnel.total)))
    origins = {origin: n for origin, n in step.sources.items() if origin is not None}
    if origins:
        told = [
            plain(origin) + (f" {format.share(n / step.entered)}" if len(step.sources) > 1 else "")
            for origin, n in origins.items()
        ]
        said.append(_("from {steps}").format(steps=_(", ").join(told)))
    return tuple(said)


def _residual_bars(funnel: Funnel) -> list[Bar]:
    bars, exits = [], funnel.exits
    for place in HATCHES:
        where = [(step_name(step.name), step.left[place]) for step in funnel.steps if step.left.get(place)]
        n = exits.get(place, 0)
        if n:
            said = (f"<b>{format.number(n)}</b>", _("{share} of all").format(share=format.share(n / funnel.total)))
            lines = tuple(sorted(where, key=lambda item: -item[1]))
            bars.append(Bar(place_name(place), 0, ((place, n),), said, lines))
    return bars


def _traces(tokens: Tokens, bars: Sequence[Bar]) -> list[dict]:
    """One trace a part of a bar, from where the part before it ends."""
    traces = []
    for y, bar in enumerate(bars):
        begin = bar.start
        for place, n in bar.parts:
            said = f"{plain(bar.name)} · {plain(place_name(place))} {format.number(n)}"
            traces.append(
                {
                    "type": "bar",
                    "orientation": "h",
                    "x": [n],
                    "y": [y],
                    "base": [begin],
                    "marker": _look(tokens, place),
                    "hovertext": f"{said}（{format.share(n / bar.length)}）",
                    "hovertemplate": "%{hovertext}<extra></extra>",
                }
            )
            begin += n
    return traces


def _fill(tokens: Tokens, place: str) -> str:
    if place in HATCHES:
        return tokens.background
    if place in (PASSED, HIDDEN):
        return tokens.soft if place == PASSED else tokens.context
    return tokens.accent if place in RESOLVED else tokens.ink3


def _look(tokens: Tokens, place: str) -> dict:
    fill = _fill(tokens, place)
    if place not in HATCHES:
        return {"color": fill, "line": {"width": 0}}
    ink = tokens.ink2 if place == IN_PROGRESS else tokens.ink
    hatch = {"shape": HATCHES[place], "fgcolor": ink, "bgcolor": fill, "size": 7, "solidity": 0.28}
    return {"color": fill, "pattern": hatch, "line": {"color": ink, "width": 1.5}}


def _links(tokens: Tokens, funnel: Funnel, starts: dict, gap: float) -> list[dict]:
    """Dotted lines from what a step passes on down to the bars that it becomes."""
    row = {step.name: y for y, step in enumerate(funnel.steps)}
    return [
        {
            "type": "line",
            "x0": x,
            "x1": x,
            "y0": row[origin] + (1 - gap) / 2,
            "y1": row[step.name] - (1 - gap) / 2,
            "layer": "below",
            "line": {"color": tokens.border, "width": 1, "dash": "dot"},
        }
        for step in funnel.steps
        for origin, n in step.sources.items()
        if origin in row and row[origin] < row[step.name]
        for x in (starts[step.name][origin], starts[step.name][origin] + n)
    ]


# --- texts ------------------------------------------------------------------------------------------------------------


def _width(text: str, size: int) -> float:
    """Roughly, in px: a Chinese character is as wide as high, others about half."""
    return sum(size if ord(sign) > 0x2000 else 0.58 * size for sign in text)


def _texts(tokens: Tokens, bars: Sequence[Bar], full: float) -> list[dict]:
    texts = []
    for y, bar in enumerate(bars):
        said = " · ".join(bar.above)
        fits = bar.start / full + _width(said, TEXT) / PLOT <= 1
        x, side = (bar.start, "left") if fits else (full, "right")
        texts.append(label(said, x, y, tokens.ink2, xanchor=side, yshift=31))
        texts += _inside(tokens, bar, y, full, PLOT)
        texts += _beside(tokens, bar, y)
    return texts


def _phone_texts(tokens: Tokens, bars: Sequence[Bar], full: float) -> list[dict]:
    """No room beside the bars: the name and what came over it, what became of them under it."""
    texts = []
    for y, bar in enumerate(bars):
        said = f"<b>{plain(bar.name)}</b>　{_fitted(bar.above, PHONE_PLOT - _width(bar.name, TEXT) - 24)}"
        most = sorted(_shortened(bar), key=lambda line: -line[1])
        under = _fitted([f"{plain(name)} {format.number(n)}" for name, n in most], PHONE_PLOT)
        texts.append(label(said, 0, y, tokens.ink2, xanchor="left", yshift=28))
        texts += _inside(tokens, bar, y, full, PHONE_PLOT, named=False)
        texts.append(label(under, 0, y, tokens.ink3, SMALL, xanchor="left", yshift=-27))
    return texts


def _fitted(parts: Sequence[str], room: float) -> str:
    """As many of the parts as fit, the first in any case."""
    for many in range(len(parts), 1, -1):
        if _width(" · ".join(parts[:many]), SMALL) <= room:
            return " · ".join(parts[:many])
    return parts[0] if parts else ""


def _inside(tokens: Tokens, bar: Bar, y: int, full: float, plot: int, named: bool = True) -> list[dict]:
    """The parts that are wide enough for their number, with its name where that fits too."""
    texts, begin = [], bar.start
    for place, n in bar.parts:
        room, middle = n / full * plot - 8, begin + n / 2
        begin += n
        if place in HATCHES:
            continue
        size, number = TEXT + 1 if place in (PASSED, HIDDEN) else LARGE, format.number(n)
        choices = [f"{place_name(place)} {number}", number] if named or place == PASSED else [number]
        text = next((choice for choice in choices if _width(choice, size) <= room), None)
        if text:
            weight = text if size != LARGE else f"<b>{plain(text)}</b>"
            texts.append(label(weight, middle, y, readable_on(_fill(tokens, place), tokens), size))
    return texts


def _shortened(bar: Bar) -> list[tuple[str, int]]:
    """At most LINES lines: the smallest become one."""
    if len(bar.lines) <= LINES:
        return list(bar.lines)
    kept = set(sorted(range(len(bar.lines)), key=lambda i: -bar.lines[i][1])[: LINES - 1])
    rest = [line for i, line in enumerate(bar.lines) if i not in kept]
    others = _("{n} others").format(n=len(rest))
    return [*(line for i, line in enumerate(bar.lines) if i in kept), (others, sum(n for _name, n in rest))]


def _beside(tokens: Tokens, bar: Bar, y: int) -> list[dict]:
    """Three columns in the right margin: where to, cases, share of this bar."""
    shown = _shortened(bar)
    columns = (
        ([plain(name) for name, _n in shown], "left", 16, tokens.ink2),
        ([format.number(n) for _name, n in shown], "right", COLUMN - 62, tokens.ink),
        ([format.share(n / bar.length) for _name, n in shown], "right", COLUMN - 4, tokens.ink3),
    )
    return [
        label("<br>".join(lines), 1, y, colour, xref="paper", xanchor=side, xshift=shift, align=side)
        for lines, side, shift, colour in columns
        if lines
    ]
