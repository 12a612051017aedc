"""Charts that can be edited: columns over time with the subject in ink, bars that are stacked."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from pptx.chart.chart import Chart as NativeChart
from pptx.chart.data import CategoryChartData
from pptx.chart.xlsx import CategoryWorkbookWriter
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import OxmlElement
from pptx.slide import Slide
from pptx.util import Pt
from xlsxwriter import Workbook

from cockpit import format
from cockpit.briefing.document import Chart
from cockpit.briefing.office import clean, ems
from cockpit.briefing.slide_text import child, colour, face, points
from cockpit.i18n import _
from cockpit.theme import PRINT, readable_on, rgb

LARGEST, SMALLEST = 14, 9  # points, names of categories
LONG = 16  # ems: names that are wider stand beside the bars, where they may break
PLOT = 0.7  # of the width of a stacked chart is left for the bars


class _Workbook(CategoryWorkbookWriter):
    """The workbook behind a chart: names from files stay text, whatever they look like."""

    @contextmanager
    def _open_worksheet(self, xlsx_file: Any) -> Iterator[tuple]:
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        workbook = Workbook(xlsx_file, options)
        workbook.set_properties({"created": self._chart_data.made_at})
        yield workbook, workbook.add_worksheet()
        workbook.close()


class _Data(CategoryChartData):
    def __init__(self, number_format: str, made_at: datetime) -> None:
        super().__init__(number_format)
        self.made_at = made_at

    @property
    def _workbook_writer(self) -> _Workbook:
        return _Workbook(self)


def draw(slide: Slide, box: tuple[float, float, float, float], chart: Chart, name: str, made_at: datetime) -> None:
    """Draws ``chart`` into x, y, width, height, in points."""
    kind = XL_CHART_TYPE.COLUMN_CLUSTERED if chart.kind == "columns" else XL_CHART_TYPE.BAR_STACKED
    x, y, width, height = points(*box)
    shape: Any = slide.shapes.add_chart(kind, x, y, width, height, _data(chart, made_at))
    described = shape._element.nvGraphicFramePr.cNvPr
    described.set("descr", clean(chart.alt))
    described.set("name", name)
    native = shape.chart
    face(native.font, LARGEST, PRINT.ink2)
    native.has_title = False
    _axes(native, chart, box[2])
    if len(chart.series) > 1:
        _legend(native, chart)
    else:
        native.has_legend = False
    if chart.band:
        _behind(native)
    _bars(native.plots[-1], chart, box[2])


def _data(chart: Chart, made_at: datetime) -> Any:
    data = _Data(_number_format(chart), made_at)
    data.categories = [clean(name) for name in chart.categories]
    for series in chart.series:
        data.add_series(clean(series.name), [None if format.missing(value) else value for value in series.values])
    if chart.band:
        lower, upper = chart.band
        for name, value in ((_("Lower limit"), lower), (_("Upper limit less the lower"), upper - lower)):
            data.add_series(name, [value] * len(chart.categories), "#,##0.0")
    return data


def _number_format(chart: Chart) -> str:
    whole = all((value or 0) % 1 == 0 for series in chart.series for value in series.values)
    return "#,##0" if whole else "#,##0.0"


def longest(chart: Chart) -> float:
    """The largest sum of a category, which the width of a stacked chart shows."""
    columns = zip(*(series.values for series in chart.series), strict=True)
    return max((sum(value for value in column if not format.missing(value)) for column in columns), default=0)


def _behind(native: NativeChart) -> None:
    """Makes an area of the last two series: nothing up to the lower limit, then grey up to the upper one."""
    columns = native._chartSpace.find(f".//{qn('c:barChart')}")
    area = OxmlElement("c:areaChart")
    child(area, "c:grouping", val="stacked")
    for series, fill in zip(columns.findall(qn("c:ser"))[-2:], (None, PRINT.grid), strict=True):
        for inverted in series.findall(qn("c:invertIfNegative")):
            series.remove(inverted)
        look = series.get_or_add_spPr()
        if fill:
            child(child(look, "a:solidFill"), "a:srgbClr", val=fill.lstrip("#"))
        else:
            child(look, "a:noFill")
        child(child(look, "a:ln"), "a:noFill")
        area.append(series)
    for axis in columns.findall(qn("c:axId")):
        child(area, "c:axId", val=axis.get("val"))
    crosses = native.value_axis._element.find(qn("c:crosses"))
    if native.value_axis._element.find(qn("c:crossBetween")) is None:
        between = OxmlElement("c:crossBetween")  # an area would else begin in the middle of the first column
        between.set("val", "between")
        crosses.addnext(between)
    columns.addprevious(area)  # programs that draw in order would else hide the columns


def _legible(chart: Chart, width: float) -> float:
    """The smallest value whose part of a bar has room for its number."""
    number = ems(f"{longest(chart):,.0f}") + (0 if _number_format(chart) == "#,##0" else ems(".0"))
    return longest(chart) * (number * 12 + 4) / (width * PLOT)


def _axes(native: NativeChart, chart: Chart, width: float) -> None:
    names, values = native.category_axis, native.value_axis
    values.visible = values.has_major_gridlines = False
    values.minimum_scale = 0 if all((value or 0) >= 0 for one in chart.series for value in one.values) else None
    names.major_tick_mark = XL_TICK_MARK.NONE
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    names.format.line.color.rgb = colour(PRINT.border)
    names.has_major_gridlines = False
    face(names.tick_labels.font, _label_size(chart, width), PRINT.ink2)
    if chart.kind == "stacked":
        names.reverse_order = True
        values.maximum_scale = longest(chart) or None


def _label_size(chart: Chart, width: float) -> float:
    room = width / len(chart.categories) if chart.kind == "columns" else width / 4
    widest = max(ems(clean(name)) for name in chart.categories) or 1
    return max(SMALLEST, min(LARGEST, int(room * 0.9 / widest)))


def _legend(native: NativeChart, chart: Chart) -> None:
    native.has_legend = True
    long = max(ems(clean(series.name)) for series in chart.series) > LONG
    native.legend.position = XL_LEGEND_POSITION.RIGHT if long else XL_LEGEND_POSITION.TOP
    native.legend.include_in_layout = False
    face(native.legend.font, SMALLEST if long else 12, PRINT.ink2)


def _bars(plot: Any, chart: Chart, width: float) -> None:
    plot.gap_width, plot.vary_by_categories = 45, False
    fills = _fills(len(chart.series))
    for series, fill in zip(plot.series, fills, strict=True):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = colour(fill)
        series.invert_if_negative = False
        labels = series.data_labels
        labels.show_value, labels.number_format_is_linked = True, False
        labels.number_format = _number_format(chart)
        if chart.kind == "stacked":
            plot.overlap = 100
            series.format.line.color.rgb, series.format.line.width = colour(PRINT.outline), Pt(0.5)
            labels.number_format = f'[<{_legible(chart, width):.6f}]"";{_number_format(chart)}'
            face(labels.font, 12, readable_on(fill, PRINT))
        else:
            labels.position = XL_LABEL_POSITION.OUTSIDE_END
            face(labels.font, LARGEST, PRINT.ink)
            _highlight(series, chart.subject)


def _fills(n: int) -> list[str]:
    """Context grey for a single series; otherwise greys as far apart as they can be, all different, from the dark."""
    if n == 1:
        return [PRINT.sequence[2]]
    light, dark = (rgb(PRINT.sequence[end])[0] for end in (0, -1))
    greys = [round(dark + (light - dark) * place / (n - 1)) for place in range(n)]
    return [f"#{grey:02X}{grey:02X}{grey:02X}" for grey in greys]


def _highlight(series: Any, subject: int | None) -> None:
    if subject is not None:
        point = series.points[subject]
        point.format.fill.solid()
        point.format.fill.fore_color.rgb = colour(PRINT.ink)
