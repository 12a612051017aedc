"""The page header: title, district, the choice in words, the filter row and the export. Drawn once, by the frame."""

from collections.abc import Callable
from datetime import date

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cockpit import export, format, periods
from cockpit.cards.elements import notice, said
from cockpit.choice import Bounds
from cockpit.errors import nearest
from cockpit.i18n import _
from cockpit.session import choices, is_phone, is_print, mark, newest_version, today, viewer
from cockpit.settings import settings
from queries.filters import Filters

ALL = ""  # the option of a filter that does not filter
LISTS = {"street": "streets", "category": "categories", "channel": "channels"}
WEEKLY = ("brief",)  # pages that show the newest full week where no period is chosen
STANDING = ("deadlines",)  # pages about what stands today: they have no period
WIDTH, EXPORT_WIDTH, GAP = 156, 112, 8  # px; two filters stand side by side on a phone


class Header:
    """``draw`` before the page runs, ``finish`` after it: the page's finding and its tables are known only then."""

    def __init__(self, title: str, page: str) -> None:
        """``page``: its address in the cockpit, empty for the first."""
        self.title, self.page = title, page
        self.newest = periods.LATEST_WEEK if page in WEEKLY else periods.LATEST

    def draw(self, bounds: Bounds) -> Filters:
        self.notices: list[str] = []
        title = self.title
        st.session_state["finding"], st.session_state["tables"] = "", {}
        if is_print():
            self._title(title)
            self.filters = self._filters(bounds)
        elif is_phone():
            self._title(title)
            with st.container(horizontal=True, gap="xsmall"):
                with st.popover(_("Filters"), icon=":material/tune:"):
                    self.more = st.container(gap="small")
                    self.filters = self._filters(bounds)
                self.export = st.container(width=EXPORT_WIDTH)
        else:
            row = st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="header")
            self.more = st.container(horizontal=True, horizontal_alignment="right", gap="xsmall", key="header_more")
            with row:
                with st.container(width="stretch", gap="xxsmall"):
                    self._title(title)
                with st.container(
                    horizontal=True,
                    vertical_alignment="bottom",
                    horizontal_alignment="right",
                    gap="xsmall",
                    width=4 * (WIDTH + GAP) + EXPORT_WIDTH,
                    key="header_filters",
                ):
                    self.filters = self._filters(bounds)
                    self.export = st.container(width=EXPORT_WIDTH)
        st.session_state["notices"] = st.container(gap="xsmall")
        for text in self.notices:
            notice(text)
        st.session_state["filters"] = self.filters
        return self.filters

    def finish(self) -> None:
        """Say what is shown, and offer the tables of the page."""
        filters, finding = self.filters, st.session_state["finding"]
        colour = "gray" if is_print() else "orange"
        invented = f"　:{colour}-badge[{mark()}]" if mark() else ""
        known = _("Data to {moment}").format(moment=format.data_date(filters.data_date))
        self.sentence.markdown(
            f"**{format.markdown(format.describe(filters, self._today()))}**"
            + (f"　{finding}" if finding else "")
            + f"　:gray[{known}]{invented}"
        )
        if not is_print():
            with self.export:
                export.offer(st.session_state["tables"], filters, self.title, self.page)

    def _today(self) -> str:
        """What the sentence says instead of a period: 今天 2023年12月1日."""
        return _("today, {day}").format(day=format.day(self.filters.start)) if self.page in STANDING else ""

    def _title(self, title: str) -> None:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.title(title, anchor=False, width="content")
            self.district = self._district()
        self.sentence = st.empty()

    def _district(self) -> str | None:
        districts = choices().districts
        if len(districts) < 2:
            return next(iter(districts), None)
        asked = self._check("district", districts, _("District"), default=districts[0])
        if is_print():
            return asked
        return st.selectbox(
            _("District"), districts, key="district", bind="query-params", width=WIDTH, label_visibility="collapsed"
        )

    def _filters(self, bounds: Bounds) -> Filters:
        district, offered = self.district or "", choices()
        start, end = (today(), today()) if self.page in STANDING else self._period(bounds)
        rows = (
            ("street", offered.streets.get(district, ()), _("Street"), _("All streets")),
            ("category", offered.kinds.get(("category", district), ()), _("Category"), _("All categories")),
            ("channel", offered.kinds.get(("channel", district), ()), _("Channel"), _("All channels")),
        )
        chosen = {}
        for key, options, label, every in rows:
            asked = self._check(key, options, label, default=ALL)
            value = (
                asked
                if is_print()
                else st.selectbox(
                    label,
                    [ALL, *options],
                    key=key,
                    bind="query-params",
                    width=WIDTH,
                    format_func=_shown(every),
                )
            )
            chosen[LISTS[key]] = (value,) if value else ()
        return Filters(start, end, bounds.data_date, self.district, scope=viewer().scope, **chosen)

    def _check(self, key: str, options: tuple[str, ...], label: str, default: str) -> str:
        """What is chosen. A value that does not exist, from the URL or left over from another district, is dropped with
        a word."""
        asked = st.session_state[key] if key in st.session_state else st.query_params.get(key)
        if not asked or asked in options:
            return asked or default
        near = nearest(asked, options)
        said = (
            _("{label} “{value}” does not exist here; the filter was dropped. The nearest is “{near}”.")
            if near
            else _("{label} “{value}” does not exist here; the filter was dropped.")
        )
        self.notices.append(said.format(label=label, value=asked, near=near))
        st.session_state[key] = default
        return default

    def _period(self, bounds: Bounds) -> tuple[date, date]:
        """A preset, a month from–to or a week. The URL keeps its code, which is the same in every language."""
        first_weekday = settings().first_weekday
        code = st.session_state.get("period_code") or st.query_params.get("period") or periods.LATEST
        if periods.span(code, bounds, first_weekday) is None:
            self.notices.append(_("Period “{value}” does not exist; the newest full one is shown.").format(value=code))
            code = periods.LATEST
        if is_print():
            return self._span(code, bounds)
        code = _pick(code, bounds, first_weekday, self.more, self._newest(bounds))
        st.session_state["period_code"] = code
        if code == periods.LATEST:
            st.query_params.pop("period", None)
        elif st.query_params.get("period") != code:
            st.query_params["period"] = code
        return self._span(code, bounds)

    def _span(self, code: str, bounds: Bounds) -> tuple[date, date]:
        chosen = self.newest if code == periods.LATEST else code
        span = periods.span(chosen, bounds, settings().first_weekday)
        assert span is not None
        return span

    def _newest(self, bounds: Bounds) -> str:
        """What the newest period is called: 2023年11月; where weeks are the rule, 2023年第47周."""
        start = periods.first_day(self.newest, bounds, settings().first_weekday)
        return format.month(start) if self.newest == periods.LATEST else format.week_name(start)


def version_strip() -> None:
    """Which version of the data is shown where it is not the newest, and the way back; why one that was asked for is
    not shown."""
    problem, shown = st.session_state.get("version_problem"), st.session_state.get("version_shown")
    if problem:
        st.warning(f"{said(problem)} {_('The newest data are shown.')}", icon=":material/history_toggle_off:")
    if not shown:
        return
    text = _("You are looking at version {number} of the data, published {when}; it is not the newest.").format(
        number=shown.number, when=format.moment(shown.published_at)
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="version_strip"):
        st.warning(text, icon=":material/history:", width="stretch")
        if not is_print():
            st.button(_("Back to the newest"), key="version_newest", on_click=newest_version)


def _shown(every: str) -> Callable[[str], str]:
    return lambda option: option or every


def _pick(code: str, bounds: Bounds, first_weekday: int, more: DeltaGenerator, newest: str) -> str:
    """The period's own select box; what a month from–to or a week needs besides stands in ``more``."""
    kind = code if code in periods.PRESETS else "week" if "W" in code else "months"
    st.session_state.setdefault("period", kind)
    labels = {
        **{key: _(label) for key, label in periods.PRESETS.items()},
        periods.LATEST: newest,
        "months": _("Months…"),
        "week": _("A week…"),
    }
    kind = st.selectbox(_("Period"), list(labels), key="period", format_func=labels.__getitem__, width=WIDTH)
    if kind in periods.PRESETS:
        return kind
    with more:
        return _pick_week(code, bounds, first_weekday) if kind == "week" else _pick_months(code, bounds)


def _pick_week(code: str, bounds: Bounds, first_weekday: int) -> str:
    options = periods.weeks(bounds, first_weekday)
    return st.selectbox(
        _("Week"),
        options,
        index=options.index(code) if code in options else 0,
        key="period_week",
        width=WIDTH,
        format_func=lambda name: format.week_name(periods.first_day(name, bounds, first_weekday)),
    )


def _pick_months(code: str, bounds: Bounds) -> str:
    options = periods.months(bounds)
    first, _dots, last = code.partition("..")

    def shown(name: str) -> str:
        return format.month(periods.first_day(name, bounds))

    start = st.selectbox(
        _("From month"),
        options,
        key="period_from",
        width=WIDTH,
        format_func=shown,
        index=options.index(first) if first in options else 0,
    )
    until = options[: options.index(start) + 1]
    if st.session_state.get("period_to") not in (None, *until):
        st.session_state["period_to"] = until[-1]
    end = st.selectbox(
        _("To month"),
        until,
        key="period_to",
        width=WIDTH,
        format_func=shown,
        index=until.index(last) if last in until else len(until) - 1,
    )
    return start if start == end else f"{start}..{end}"
