"""Design tokens and the Plotly templates: colours and sizes stand here and in .streamlit/config.toml."""

from dataclasses import dataclass

import plotly.graph_objects as go
import plotly.io as pio

FONT = (
    "'Noto Sans CJK SC', 'Noto Sans SC', 'Source Han Sans SC', 'HarmonyOS Sans SC', 'PingFang SC', "
    "'Microsoft YaHei', sans-serif"
)
TEXT, SMALL, LARGE = 13, 12, 18  # px, text in charts
SUBJECT, COMPARISON, INTERVAL = 2.5, 1.5, 2  # px, line widths
DASHED = "4px,3px"
ROW = 36  # px, a row of a table
SHEET = 684  # px: A4 less its margins, at 100%


@dataclass(frozen=True)
class Tokens:
    """Colours of one theme by what they mean."""

    name: str
    background: str
    second: str
    ink: str
    ink2: str
    ink3: str
    border: str
    grid: str
    context: str
    land: str
    accent: str
    soft: str
    on_time: str
    near: str
    over: str
    on_time_text: str
    near_text: str
    over_text: str
    sequence: tuple[str, ...]
    outline: str


LIGHT = Tokens(
    "light",
    "#FFFFFF",
    "#F4F6F8",
    "#0F1722",
    "#46525F",
    "#647080",
    "#D5DBE3",
    "#E8ECF1",
    "#C3CBD5",
    "#F4F6F8",
    "#1F5A96",
    "#C9DCEF",
    "#B5DCD0",
    "#C27C0E",
    "#97190F",
    "#0B6B57",
    "#8A5300",
    "#B3261E",
    ("#DCE8F3", "#B4CEE5", "#7FA9D0", "#3F77AC", "#123A66"),
    "#0F1722",
)
DARK = Tokens(
    "dark",
    "#10161D",
    "#1A232D",
    "#E6EBF0",
    "#B4BFCA",
    "#8F9CAA",
    "#2E3A47",
    "#222C37",
    "#4A5867",
    "#1A232D",
    "#6CB2F2",
    "#24415E",
    "#2F6F60",
    "#C08E33",
    "#FF9F92",
    "#6CC7B0",
    "#F0B84E",
    "#FF8F80",
    ("#1B3651", "#28547F", "#4179AF", "#7BAADA", "#D0E3F6"),
    "#FFFFFF",
)
PRINT = Tokens(
    "print",
    "#FFFFFF",
    "#F0F0F0",
    "#111111",
    "#333333",
    "#555555",
    "#999999",
    "#DDDDDD",
    "#BDBDBD",
    "#FFFFFF",
    "#333333",
    "#DDDDDD",
    "#DDDDDD",
    "#999999",
    "#333333",
    "#333333",
    "#333333",
    "#111111",
    ("#F0F0F0", "#CFCFCF", "#A3A3A3", "#6E6E6E", "#333333"),
    "#111111",
)
"""Greys alone, for paper."""
THEMES = {theme.name: theme for theme in (LIGHT, DARK)}

CLASSES = (5, 10, 20, 40)  # lower ends of the map classes above the first
CLASS_LABELS = ("1—4", "5—9", "10—19", "20—39", "≥40")


def template(tokens: Tokens) -> go.layout.Template:
    """A lean template: what every figure shares, nothing that Plotly would have to walk through for nothing."""
    label = dict(size=TEXT, color=tokens.ink2)
    axis = dict(automargin=True, fixedrange=True, zeroline=False, title=None, tickfont=label)
    return go.layout.Template(
        data=dict(bar=[dict(constraintext="none", textangle=0, cliponaxis=False, marker_line_width=0)]),
        layout=dict(
            font=dict(family=FONT, size=TEXT, color=tokens.ink2),
            paper_bgcolor="rgba(0,0,0,0)",
            plot_bgcolor="rgba(0,0,0,0)",
            colorway=[tokens.accent, tokens.ink3, tokens.context, tokens.near],
            margin=dict(l=4, r=4, t=4, b=4, pad=0),
            showlegend=False,
            hovermode="closest",
            separators=".,",
            bargap=0.34,
            dragmode=False,
            hoverlabel=dict(
                bgcolor=tokens.background,
                bordercolor=tokens.border,
                align="left",
                font=dict(family=FONT, size=TEXT, color=tokens.ink),
            ),
            xaxis=axis
            | dict(
                showgrid=False,
                showline=True,
                linecolor=tokens.border,
                ticks="outside",
                ticklen=4,
                tickcolor=tokens.border,
            ),
            yaxis=axis | dict(showgrid=True, gridcolor=tokens.grid, showline=False, ticks="", nticks=5),
            annotationdefaults=dict(font=dict(family=FONT, size=TEXT, color=tokens.ink), showarrow=False),
        ),
    )


for _theme in (*THEMES.values(), PRINT):
    pio.templates[f"cockpit_{_theme.name}"] = template(_theme)


def class_of(value: float, breaks: tuple[float, ...] = CLASSES) -> int:
    """Which of the five map classes a value falls into."""
    return sum(value >= lower for lower in breaks)


def rgb(colour: str, alpha: int = 255) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)] + [alpha]


def _luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.1."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def readable_on(fill: str, tokens: Tokens) -> str:
    """Ink or background, whichever contrasts more with a filled shape."""

    def contrast(colour: str) -> float:
        light, dark = sorted((_luminance(colour), _luminance(fill)), reverse=True)
        return (light + 0.05) / (dark + 0.05)

    return max((tokens.ink, tokens.background), key=contrast)
