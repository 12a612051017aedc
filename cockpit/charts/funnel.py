"""The funnel: a row a step, its length what entered; pale is passed on, solid left here, hatched is not known."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cockpit import format
from cockpit.analysis.funnel import RESIDUAL, Funnel, Step
from cockpit.charts.base import figure, label, plain, rows_axis
from cockpit.i18n import _
from cockpit.theme import LARGE, SMALL, TEXT, Tokens, readable_on
from queries.funnel import PASSED, PLACES, UNKNOWN
from queries.tables import RESOLVED

ROW, PHONE_ROW = 84, 74  # px, from one bar to the next
GAP = 0.5  # of a row is air
WIDTHS = {False: 640, True: 220}  # px that a bar of full length has at least, on a desktop and on a phone
COLUMN = 250  # px at the right: exit, cases, share of the step
LINES = 4  # of text beside a bar


@dataclass(frozen=True)
class Bar:
    """One stacked bar: ``parts`` from ``start`` on, in the order of drawing, each (place, cases)."""

    name: str
    start: int
    parts: tuple[tuple[str, int], ...]
    above: str
    lines: tuple[tuple[str, int], ...]  # beside it: text and cases
    base: int  # of the shares beside it

    @property
    def length(self) -> int:
        return sum(n for _place, n in self.parts)


def place_name(place: str) -> str:
    """What a place is called; an exit that the source names itself keeps its name."""
    return _(PLACES[place]) if place in PLACES else place


def draw(tokens: Tokens, funnel: Funnel, phone: bool = False, mark: str = "") -> dict:
    """One bar per step and one per kind of residual. Branches of one step lie side by side under it."""
    bars = [*_step_bars(funnel), *_residual_bars(funnel)]
    full = max([funnel.total, *(bar.start + bar.length for bar in bars)], default=1)
    return figure(
        tokens,
        len(bars) * (PHONE_ROW if phone else ROW) + 24,
        _traces(tokens, bars),
        mark=mark,
        margin={"r": 4 if phone else COLUMN, "t": 16},
        annotations=_texts(tokens, bars, full, phone),
        shapes=_links(tokens, funnel, bars),
        barmode="stack",
        bargap=GAP,
        xaxis={"visible": False, "range": [0, full * 1.002]},
        yaxis=rows_axis([bar.name for bar in bars], tokens, TEXT if phone else TEXT + 1),
    )


def _starts(funnel: Funnel) -> dict[str, dict[str | None, int]]:
    """Where the flow from each origin begins: branches of a step take what it passes on one after the other."""
    begins: dict[str, int] = {}
    taken: dict[str | None, int] = {}
    flows: dict[str, dict[str | None, int]] = {}
    for step in funnel.steps:
        flows[step.name] = {}
        for origin, n in step.sources.items():
            base = 0 if origin is None else begins.get(origin, 0)
            flows[step.name][origin] = base + taken.get(origin, 0)
            taken[origin] = taken.get(origin, 0) + n
        begin = min(flows[step.name].values(), default=0)
        begins[step.name] = max(min(begin, funnel.total - step.handled), 0)
    return {name: {**flow, "": begins[name]} for name, flow in flows.items()}


def _step_bars(funnel: Funnel) -> list[Bar]:
    starts = _starts(funnel)
    return [
        Bar(
            step.name,
            starts[step.name][""],
            tuple(
                (place, step.places[place]) for place in (PASSED, *reversed(list(step.left))) if place in step.places
            ),
            _entering(step, funnel),
            tuple((place_name(place), n) for place, n in step.left.items()),
            step.handled,
        )
        for step in funnel.steps
    ]


def _entering(step: Step, funnel: Funnel) -> str:
    """进入 900 · 占接收 45.0% · 来自 查废筛查."""
    said = [_("{n} entered").format(n=format.number(step.entered))]
    if step.carried:
        said.insert(0, _("{n} there before").format(n=format.number(step.carried)))
    elif funnel.total:
        said.append(_("{share} of received").format(share=format.share(step.entered / funnel.total)))
    origins = {origin: n for origin, n in step.sources.items() if origin is not None}
    if origins:
        several = len(origins) > 1
        names = [
            f"{plain(origin)} {format.share(n / step.entered)}" if several else plain(origin)
            for origin, n in origins.items()
        ]
        said.append(_("from {steps}").format(steps=_(", ").join(names)))
    return " · ".join(said)


def _residual_bars(funnel: Funnel) -> list[Bar]:
    bars = []
    for place in RESIDUAL:
        where = tuple((step.name, step.left[place]) for step in funnel.steps if step.left.get(place))
        n = sum(count for _name, count in where)
        if n:
            share = _("{share} of all").format(share=format.share(n / funnel.total))
            where = tuple(sorted(where, key=lambda item: -item[1]))
            bars.append(Bar(place_name(place), 0, ((place, n),), f"{format.number(n)} · {share}", where, n))
    return bars


def _traces(tokens: Tokens, bars: Sequence[Bar]) -> list[dict]:
    """One trace a part of a bar; a bar that begins later has its base shifted."""
    traces = []
    for y, bar in enumerate(bars):
        begin = bar.start
        for place, n in bar.parts:
            traces.append(
                {
                    "type": "bar",
                    "orientation": "h",
                    "x": [n],
                    "y": [y],
                    "base": [begin],
                    "marker": _look(tokens, place),
                    "hovertemplate": f"{plain(bar.name)} · {plain(place_name(place))} {format.number(n)}<extra></extra>",
                }
            )
            begin += n
    return traces


def _fill(tokens: Tokens, place: str) -> str:
    if place in RESIDUAL:
        return tokens.background
    return tokens.soft if place == PASSED else tokens.accent if place in RESOLVED else tokens.ink3


def _look(tokens: Tokens, place: str) -> dict:
    fill = _fill(tokens, place)
    if place not in RESIDUAL:
        return {"color": fill, "line": {"width": 0}}
    shape, ink = ("/", tokens.ink) if place == UNKNOWN else (".", tokens.ink2)
    hatch = {"shape": shape, "fgcolor": ink, "bgcolor": fill, "size": 7, "solidity": 0.28}
    return {"color": fill, "pattern": hatch, "line": {"color": ink, "width": 1.5}}


def _width(text: str, size: int) -> float:
    """Roughly, in px: a Chinese character is as wide as high, others about half."""
    return sum(size if ord(sign) > 0x2000 else 0.58 * size for sign in text)


def _texts(tokens: Tokens, bars: Sequence[Bar], full: int, phone: bool) -> list[dict]:
    texts = []
    for y, bar in enumerate(bars):
        texts.append(_above(tokens, bar, y, full, phone))
        texts += _inside(tokens, bar, y, full, phone)
        if not phone:
            texts += _beside(tokens, bar, y)
    return texts


def _above(tokens: Tokens, bar: Bar, y: int, full: int, phone: bool) -> dict:
    """Over the bar, from its start, or ending at the right edge where it would run out of the picture."""
    size, shift = (SMALL, 26) if phone else (TEXT, 31)
    fits = bar.start / full + _width(bar.above, size) / WIDTHS[phone] <= 1
    place = {"x": bar.start, "xanchor": "left"} if fits else {"x": full, "xanchor": "right"}
    return label(bar.above, place["x"], y, tokens.ink2, size, xanchor=place["xanchor"], yshift=shift)


def _inside(tokens: Tokens, bar: Bar, y: int, full: int, phone: bool) -> list[dict]:
    """The parts that are wide enough for their number, with its name where that fits too."""
    texts, begin = [], bar.start
    for place, n in bar.parts:
        room, middle = n / full * WIDTHS[phone] - 8, begin + n / 2
        begin += n
        if place in RESIDUAL:
            continue
        size = TEXT + 1 if place == PASSED else LARGE
        number = format.number(n)
        for text in (f"{place_name(place)} {number}", number):
            if _width(text, size) <= room:
                weight: Callable[[str], str] = str if place == PASSED else "<b>{}</b>".format
                colour = tokens.ink2 if place == PASSED else readable_on(_fill(tokens, place), tokens)
                texts.append(label(weight(plain(text)), middle, y, colour, size))
                break
    return texts


def _beside(tokens: Tokens, bar: Bar, y: int) -> list[dict]:
    """Three columns in the right margin: where to, cases, share of this bar."""
    shown = list(bar.lines[: LINES if len(bar.lines) <= LINES else LINES - 1])
    rest = bar.lines[len(shown) :]
    if rest:
        shown.append((_("{n} others").format(n=len(rest)), sum(n for _name, n in rest)))
    columns = (
        ([plain(name) for name, _n in shown], "left", 12, tokens.ink2),
        ([format.number(n) for _name, n in shown], "right", COLUMN - 64, tokens.ink),
        ([format.share(n / bar.base) for _name, n in shown], "right", COLUMN - 4, tokens.ink3),
    )
    return [
        label("<br>".join(lines), 1, y, colour, xref="paper", xanchor=side, xshift=shift, align=side)
        for lines, side, shift, colour in columns
        if lines
    ]


def _links(tokens: Tokens, funnel: Funnel, bars: Sequence[Bar]) -> list[dict]:
    """Dotted lines from what a step passes on down to the bars that it becomes."""
    row = {bar.name: y for y, bar in enumerate(bars)}
    starts, lines = _starts(funnel), []
    for step in funnel.steps:
        for origin, n in step.sources.items():
            if origin is None or origin not in row:
                continue
            begin = starts[step.name][origin]
            for x in (begin, begin + n):
                lines.append(
                    {
                        "type": "line",
                        "x0": x,
                        "x1": x,
                        "y0": row[origin] + GAP / 2,
                        "y1": row[step.name] - GAP / 2,
                        "layer": "below",
                        "line": {"color": tokens.border, "width": 1, "dash": "dot"},
                    }
                )
    return lines
