"""The print view and the export menu without a browser: words instead of controls, text instead of canvas."""

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from cockpit import format, i18n
from cockpit.cards.sheet import _cell, _number
from queries.measures import VERSION
from tests.browser.visit import REPORTS


@pytest.mark.parametrize("pattern", ["%.1f%%", "%+.1f%%", "%.0f%%", "%.1f", "%d", "localized", "None"])
def test_numbers_are_written_as_the_screen_writes_them(pattern):
    expected = {
        "%.1f%%": "1,234.6%",
        "%+.1f%%": "+1,234.6%",
        "%.0f%%": "1,235%",
        "%.1f": "1,234.6",
        "%d": "1,235",
        "localized": "1,234.6",
        "None": "1,234.6",
    }
    assert _number(1234.56, pattern) == expected[pattern]
    assert _number(-3, "%+.1f%%") == "−3.0%"
    assert _number(24.15, "%.1f") == "24.2"
    assert _number(7.0, "localized") == "7"


def test_cells_are_plain_text():
    number = st.column_config.NumberColumn("n", format="%.1f")
    assert _cell(float("nan"), number) == "—"
    assert _cell(float("nan"), number, format.HIDDEN) == "×"
    assert _cell(None, "x") == "—"
    assert _cell(2.25, number) == r"2\.3"
    assert "](" not in _cell("[点](https://evil.example.org)", "x")
    assert _cell(pd.Timestamp(2023, 11, 1), "x") == "2023年11月1日"


@pytest.mark.parametrize("page", REPORTS.values())
def test_the_print_view_has_no_control_and_no_canvas(start, demonstration_url, page):
    app = start(demonstration_url, print="1")
    app.query_params["print"] = "1"
    app.switch_page(page).run()
    assert not app.exception
    assert not app.error
    for kind in ("button", "selectbox", "segmented_control", "dataframe", "metric", "code", "text_input"):
        assert app.get(kind) == [], kind
    assert app.title[0].value


def test_the_print_view_narrows_as_the_page_does(start, demonstration_url):
    chosen = {"street": "云溪街道", "period": "2023-10"}
    on_paper, on_screen = start(demonstration_url, print="1", **chosen), start(demonstration_url, **chosen)
    sentence = "云溪街道"
    assert any("2023年10月" in text.value and sentence in text.value for text in on_paper.markdown)
    received = on_screen.metric[0].value.split()[0]
    assert any(f">{received} <" in html.proto.body for html in on_paper.get("html"))


def test_a_value_that_does_not_exist_is_dropped_with_a_word_on_paper_too(start, demonstration_url):
    app = start(demonstration_url, print="1", street="无此街道", period="2099-01")
    told = "".join(warning.value for warning in app.warning)
    assert "无此街道" in told
    assert "2099" in told
    assert not app.exception


@pytest.mark.parametrize(
    ("here", "copied"),
    [
        ("http://10.1.2.3:8501/funnel", False),
        ("http://cockpit.intranet/funnel", False),
        ("https://cockpit.example.org/funnel", True),
        ("http://localhost:8501/funnel", True),
    ],
)
def test_where_a_browser_may_not_copy_the_link_stands_in_a_field(here, copied):
    def page(here):
        from cockpit.export import _link

        _link(here, {"street": "西乡街道", "x": "a&b"})

    app = AppTest.from_function(page, kwargs={"here": here}).run()
    shown = [*app.code, *app.text_input]
    assert [element.value for element in shown] == [f"{here}?street=%E8%A5%BF%E4%B9%A1%E8%A1%97%E9%81%93&x=a%26b"]
    assert bool(app.code) == copied


def test_the_menu_offers_the_link_and_both_files_of_this_view(start, demonstration_url):
    app = start(demonstration_url, street="云溪街道", period="2023-W47", lang="en")
    assert not app.code, "the menu is drawn before it is opened"
    app.session_state["export"] = True
    i18n.use("en")  # the harness formats the options again, in this thread
    app.run()
    i18n.use("zh")
    link = next(element.value for element in [*app.code, *app.text_input])
    assert link.endswith("?street=%E4%BA%91%E6%BA%AA%E8%A1%97%E9%81%93&period=2023-W47&lang=en")
    assert {"export_png", "export_pdf"} <= {button.key for button in app.button}


@pytest.mark.parametrize("paper", [{}, {"print": "1"}], ids=["screen", "paper"])
@pytest.mark.parametrize("page", [REPORTS[""], REPORTS["resolution"]])
def test_an_empty_page_says_what_is_shown_too(start, demonstration_url, page, paper):
    choice = {"street": "南塬街道", "category": "医疗纠纷", "channel": "法院委派", "period": "2020-01"}
    app = start(demonstration_url, **choice, **paper)
    for name, value in (choice | paper).items():
        app.query_params[name] = value
    app.switch_page(page).run()
    said = [text.value for text in app.markdown]
    assert any("所选条件下没有记录" in text for text in said)
    assert any("南塬街道" in text and "数据截至" in text for text in said)
    assert any(f"口径 {VERSION}" in text.value for text in app.caption)
    assert not app.exception
