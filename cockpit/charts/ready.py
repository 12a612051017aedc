"""A figure as Streamlit takes it without walking through it: tests check our figures, not every run of a page."""

from functools import cache

import plotly.io as pio
from plotly.basedatatypes import BaseFigure


class Ready(BaseFigure):
    """Wraps a dict of ``charts.base.figure``; its named template is spelt out, as Plotly in the browser needs it."""

    def __init__(self, figure: dict) -> None:
        # Not BaseFigure's own: building its objects costs ten times what the rest of a chart does.
        layout = figure["layout"]
        self.__dict__["_ready"] = figure | {"layout": layout | {"template": _template(layout["template"])}}

    def to_dict(self) -> dict:
        return self.__dict__["_ready"]


@cache
def _template(name: str) -> dict:
    return pio.templates[name].to_plotly_json()
