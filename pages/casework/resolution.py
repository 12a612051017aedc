"""化解率: how much of what came in was resolved, where, when, how fast; and the records behind every mark."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from cockpit import cards, casework, export, format, i18n, rowfile, session
from cockpit.casework import SUBJECTS
from cockpit.charts import durations, rates
from cockpit.i18n import _
from cockpit.session import current_filters, viewer
from queries import casework as ask
from queries.measures import MEASURES

PAGE = 50  # rows at a time
TOP, BOTTOM = 316, 404  # px, the charts of the two rows
filters, tokens, phone = current_filters(), session.tokens(), session.is_phone()


def kept(name: str, label: str, options: dict[str, str], default: str) -> str:
    """A choice of this page that the URL keeps by its code; one that does not exist is dropped."""
    key, memory = f"resolution_{name}", f"resolution_{name}_code"
    asked = st.session_state.get(key) or st.session_state.get(memory) or st.query_params.get(name)
    st.session_state[key] = code = asked if asked in options else default
    code = st.segmented_control(
        label, list(options), key=key, required=True, format_func=options.get, label_visibility="collapsed"
    )
    st.session_state[memory] = code
    if code == default:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != code:
        st.query_params[name] = code
    return code


# --- the mark whose rows are shown ------------------------------------------------------------------------------------


def drill(name: str) -> None:
    """A click on a mark shows its rows; a second click on it, none. Charts that were clicked before forget it."""
    st.session_state["resolution_mark"] = cards.clicked(chart_key(name))
    st.session_state["resolution_row_page"] = 1
    turns = st.session_state.setdefault("resolution_turns", {})
    for other in ("place", "time", "channel", "track", "matrix", "cohorts", "durations", "ages"):
        turns[other] = turns.get(other, 0) + (other != name)


def clear() -> None:
    drill("")


def chart_key(name: str) -> str:
    return f"resolution_{name}_{st.session_state.get('resolution_turns', {}).get(name, 0)}"


def draw(name: str, figure: dict, alt: str) -> None:
    cards.chart(figure, chart_key(name), alt, on_select=lambda: drill(name))


# --- choice and cards -------------------------------------------------------------------------------------------------

with st.container(horizontal=True, gap="small", vertical_alignment="center", key="resolution_choice"):
    offered = {code: _(SUBJECTS[code].label) for code in casework.present(filters)}
    name = kept("table", _("Records"), offered, next(iter(offered)))
    subject = SUBJECTS[name]
    key = kept("rate", _("Rate"), {code: _(MEASURES[code].label) for code in subject.rates}, subject.rates[0])

if st.session_state.setdefault("resolution_shown", (name, filters.district)) != (name, filters.district):
    clear()
    st.session_state["resolution_shown"] = (name, filters.district)

compared = session.compared((*subject.rates, *subject.beside, "closed", "pending"), subject.table, filters)
now = compared[0]
if cards.nothing([now[f"{subject.cohort}_d"], now["closed"], now["pending"]], filters):
    st.stop()
speed, days_now, days_before = casework.durations(subject, filters)
old, old_median = casework.ages(subject, filters)
young = not casework.is_mature(filters.until, filters.data_date)

grid = cards.kpi_grid(5)
for code in subject.rates:
    cohort_young = young and code == subject.cohort
    rows = casework.alone(compared) if cohort_young else compared
    note = _("received less than 60 days ago: not yet mature") if cohort_young else ""
    if code == "solved_rate":
        note = _("{share} answered").format(share=format.share(now["callback_rate"]))
    cards.kpi(grid, code, rows, filters, note=note)
cards.kpi(
    grid,
    "median_days",
    casework.medians(days_now, days_before),
    filters,
    note=_("90% within {days} days · n={n}").format(
        days=format.number(days_now["q90"], 1), n=format.number(days_now["n"])
    ),
)
cards.kpi(
    grid, "pending", compared, filters, note=_("median age {days} days").format(days=format.number(old_median, 1))
)

overall, label = now[key], _(MEASURES[key].label)
interval = format.share_range(*casework.interval(now, key))
cards.finding(
    _("{rate} {value} ({interval})").format(rate=label, value=format.share(overall), interval=interval)
    + (_(", not yet mature") if young and key == subject.cohort else "")
)

# --- one rate by everything -------------------------------------------------------------------------------------------

place = casework.place_of(filters)
places = casework.by_column(subject, key, filters, place)
months, level = casework.over_time(subject, key, filters)
others = {column: casework.by_column(subject, key, filters, column) for column in subject.others}
top = max(TOP, 44 + 22 * len(places), 80 + sum(60 + 22 * len(frame) for frame in others.values()) - 36)
columns = {"name": _("Group"), "value": label, "lower": _("95% lower"), "upper": _("95% upper"), "n": "n"}
hollow = _("dashed: overall {value} · hollow: n < 200 · grey: n < 30").format(value=format.share(overall))

left, middle, right = (
    (st.container(), st.container(), st.container()) if phone else st.columns([5, 5, 4.4], gap="small")
)
with left.container(border=True, height="stretch", gap="xsmall"):
    title = _("By community") if place == "community" else _("By street")
    cards.title(title, hollow)
    draw(
        "place",
        rates.intervals(places, tokens, cards.height(top), overall, mark=cards.mark()),
        _("{rate} by street with 95% intervals").format(rate=label),
    )
    cards.offer(f"{label} · {title}", places, columns)
with middle.container(border=True, height="stretch", gap="xsmall"):
    weekly = filters.days == 7 and not filters.whole_months
    title = _("By week") if weekly else _("By month")
    cards.title(title, _("band: 95% interval · hollow: n < 200 or not yet mature"))
    draw(
        "time",
        rates.over_time(months, tokens, cards.height(top), level, weekly, cards.mark()),
        _("{rate} over time with 95% interval").format(rate=label),
    )
    cards.offer(f"{label} · {title}", months.assign(name=months["bucket"].dt.date), columns)
with right.container(border=True, height="stretch", gap="xsmall"):
    span = rates.span_of(*others.values())
    for column, frame in others.items():
        title = _("By channel") if column == "channel" else _("By track")
        cards.title(title)
        draw(
            column,
            rates.intervals(frame, tokens, 60 + 22 * len(frame), overall, span, cards.mark()),
            f"{label} · {title}",
        )
        cards.offer(f"{label} · {title}", frame, columns)

# --- cells, cohorts, days, ages ---------------------------------------------------------------------------------------

cells, cut = casework.matrix(subject, key, filters)
groups = casework.cohorts(subject, filters)
boxes = [st.container() for _box in range(4)] if phone else st.columns([5.6, 3.4, 4, 2.8], gap="small")
with boxes[0].container(border=True, height="stretch", gap="xsmall"):
    title = _("Category × community") if place == "community" else _("Category × street")
    notes = [format.period(casework.matrix_period(filters)), _("% · grey: n < 30")] + [_("largest only")] * cut
    cards.title(title, " · ".join(notes))
    draw("matrix", rates.matrix(cells, tokens, cards.height(BOTTOM), cards.mark()), f"{label} · {title}")
    cards.offer(f"{label} · {title}", cells.assign(name=cells["row"] + " · " + cells["column"]), columns)
with boxes[1].container(border=True, height="stretch", gap="xsmall"):
    legend = (
        _("solid: {done} · pale: closed otherwise · outline: pending · hatched: under 60 days")
        if groups["other"].fillna(0).any()
        else _("solid: {done} · outline: pending · hatched: under 60 days")
    )
    cards.title(_("By month received"), legend.format(done=_(subject.done)))
    draw(
        "cohorts",
        rates.cohorts(groups, tokens, cards.height(BOTTOM), _(subject.done), cards.mark()),
        _("What became of those received in each month"),
    )
    cards.offer(
        _("By month received"),
        groups,
        {
            "name": _("Month"),
            "n": _("Received"),
            "done": _(subject.done),
            "other": _("closed otherwise"),
            "pending": _("pending"),
        },
    )
with boxes[2].container(border=True, height="stretch", gap="xsmall"):
    cards.title(_("Days to close"), _("bar: middle half · dot: median · tick: 90% · right: median, 90%, n"))
    if len(speed):
        draw(
            "durations",
            durations.quantiles(speed, tokens, cards.height(BOTTOM), cards.mark()),
            _("Days to close by category"),
        )
        cards.offer(
            _("Days to close"),
            speed,
            {"name": _("Category"), "q25": "25%", "q50": _("Median"), "q75": "75%", "q90": "90%", "n": "n"},
        )
    else:
        st.markdown(_("Nothing was closed in this period with both times known."))
with boxes[3].container(border=True, height="stretch", gap="xsmall"):
    cards.title(_("Age of what is pending"), _("records · at the end of the period"))
    draw("ages", durations.ages(old, tokens, cards.height(BOTTOM), cards.mark()), _("Pending by age in days"))
    cards.offer(_("Age of what is pending"), old, {"name": _("Age"), "n": _("Pending")})

# --- the rows behind a mark -------------------------------------------------------------------------------------------


def rows_of(mark: ask.Mark) -> None:
    words = casework.described(mark, filters)
    with st.container(border=True, gap="xsmall", key="resolution_rows"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            cards.title(_("Records"), format.markdown(words))
            st.button(_("× clear"), key="resolution_clear", on_click=clear)
        if not viewer().rows:
            st.markdown(
                _(
                    "Single records are shown only to people with row access. "
                    "Here nobody is signed in, and the data are real."
                )
            )
            return
        table_of(mark, words)


def table_of(mark: ask.Mark, words: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if mark.measure in subject.rates:
            mark = casework.part_of(mark, part_choice())
        order = st.selectbox(
            _("Order"), ask.ORDERS, key="resolution_order", width=180, format_func=orders().get, on_change=first_page
        )
        count = int(session.load(ask.row_count, subject.table, filters, mark)["n"].iloc[0])
        last = max(1, -(-count // PAGE))
        shown = st.number_input(
            _("Page of {last}").format(last=format.number(last)), 1, last, key="resolution_row_page", width=140
        )
        files(mark, order, words, count)
    frame = session.load(ask.rows, subject.table, filters, mark, order, PAGE, (shown - 1) * PAGE)
    st.caption(
        _("{count} records; shown {first}—{until}").format(
            count=format.number(count),
            first=format.number(min(count, (shown - 1) * PAGE + 1)),
            until=format.number((shown - 1) * PAGE + len(frame)),
        )
    )
    show(rowfile.worded(frame), mark)


def first_page() -> None:
    st.session_state["resolution_row_page"] = 1


def part_choice() -> str:
    words = {"all": _("All n"), "counted": _("Counted"), "others": _("Not counted")}
    return st.segmented_control(
        _("Which"),
        list(words),
        key="resolution_part",
        required=True,
        default="all",
        format_func=words.get,
        on_change=first_page,
    )


def orders() -> dict[str, str]:
    return {
        "newest": _("Newest first"),
        "oldest": _("Oldest first"),
        "longest": _("Longest first"),
        "shortest": _("Shortest first"),
    }


def files(mark: ask.Mark, order: str, words: str, count: int) -> None:
    def rows(limit: int, offset: int) -> pd.DataFrame:
        return session.read_once(ask.rows, subject.table, filters, mark, order, limit, offset)

    about = export.about(words, filters)
    name_ = rowfile.file_name(words)
    makers: tuple[tuple[str, str, int, Callable], ...] = (
        ("CSV", "text/csv", rowfile.CSV_MOST, lambda: rowfile.csv(rows)),
        ("XLSX", export.XLSX_MIME, rowfile.XLSX_MOST, lambda: rowfile.xlsx(rows, about)),
    )
    for kind, mime, most, make in makers:
        cut_ = _("the first {most} rows").format(most=format.count(most)) if count > most else None
        st.download_button(
            kind,
            make,
            f"{name_}.{kind.lower()}",
            mime,
            key=f"resolution_{kind}",
            on_click="ignore",
            help=cut_,
            icon=":material/download:",
        )


def show(frame: pd.DataFrame, mark: ask.Mark) -> None:
    column, words = st.column_config, rowfile.labels()
    days = "YYYY年M月D日" if i18n.language() == "zh" else "D MMM YYYY"
    last = "outcome" if name == "cases" else "solved"
    order = [frame.columns[0], "street", "category", "channel", "opened_at", "closed_at", "days", "status", last]
    columns = {code: column.TextColumn(words[code]) for code in order}
    columns |= {code: column.DatetimeColumn(words[code], format=days) for code in ("opened_at", "closed_at")}
    columns["days"] = column.NumberColumn(
        _("Age in days") if mark.measure == "pending" else words["days"], format="%.1f"
    )
    cards.table(
        frame, "resolution_table_rows", columns, phone=[order[0], "street", "opened_at", last], height="content"
    )


if st.session_state.get("resolution_mark"):
    rows_of(casework.decoded(st.session_state["resolution_mark"]))
