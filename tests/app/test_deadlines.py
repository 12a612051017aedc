"""The deadline board as it is used: counts that agree, clicks that narrow, files that hold what the list shows."""

import json
from dataclasses import replace
from datetime import date, datetime
from types import SimpleNamespace

import pandas as pd
import pytest
import streamlit as st
from sqlalchemy import select

from cockpit import database
from cockpit.cards import deadline_list, deadlines
from cockpit.deadlines import board as boards
from cockpit.deadlines import rules
from queries.tables import complaints
from tests.app.test_pages import failed, open_script, texts

PAGE = "pages/casework/deadlines.py"
OVER, TODAY, THREE, SEVEN, LATER = range(5)
SOON = ["today", "three", "seven"]


def opened(start, url, environment=None, **query):
    page = open_script(start(url, environment, **query), PAGE)
    assert failed(page) == []
    return page


def told(page) -> list[int]:
    return [int(metric.value.split()[0].replace(",", "")) for metric in page.metric]


def listed(page):
    return next(frame.value for frame in page.dataframe if "left_words" in frame.value)


def test_the_cards_add_up_to_what_the_sentence_says(start, demonstration_url):
    page = opened(start, demonstration_url)
    whole = sum(told(page))
    assert f"在办 {whole:,} 件，超期 {told(page)[OVER]:,} 件" in texts(page)
    assert "今天 2023年12月1日" in texts(page)
    bodies = next(frame.value for frame in page.dataframe if "share" in frame.value)
    assert bodies["n"].sum() == whole
    assert bodies["over"].sum() == told(page)[OVER]


def test_the_page_has_no_period_and_leaves_that_of_others_alone(start, demonstration_url):
    page = opened(start, demonstration_url, period="2023-10")
    assert "period" not in [box.key for box in page.selectbox]
    assert "2023年10月" in texts(page.switch_page("pages/casework/resolution.py").run())


def test_kinds_and_streets_narrow_and_add_up(start, demonstration_url):
    whole, parts = (told(opened(start, demonstration_url, **kind)) for kind in ({}, {"kind": "cases"}))
    complaints = told(opened(start, demonstration_url, kind="complaints"))
    assert [one + other for one, other in zip(parts, complaints, strict=True)] == whole
    street = opened(start, demonstration_url, street="青禾街道")
    assert set(listed(street)["street"]) == {"青禾街道"}
    assert sum(told(street)) < sum(whole)


@pytest.mark.parametrize("state", ["over", "today", "soon", "later"])
def test_a_state_lists_its_records_in_order(start, demonstration_url, state):
    found = listed(opened(start, demonstration_url, state=state))
    glyph = {"over": "●", "today": "◐", "soon": "◐", "later": "○"}[state]
    assert found["left_words"].str.startswith(glyph).all()
    assert found["last"].dropna().is_monotonic_increasing


def test_the_list_names_the_article_and_since_when(start, demonstration_url):
    found = listed(opened(start, demonstration_url, state="over", kind="complaints"))
    assert found["since"].notna().all()
    assert (found["basis"].str.contains("第.*条") | found["basis"].eq("来源系统期限")).all()
    both = found["basis"].str.fullmatch("来源系统期限；信访(工作)?条例第[0-9]+条")
    assert both.any()


def test_a_later_today_makes_more_overdue_and_says_how_old_the_data_are(start, demonstration_url):
    now = told(opened(start, demonstration_url))
    page = opened(start, demonstration_url, {"COCKPIT_TODAY": "2023-12-04"})
    assert told(page)[OVER] >= now[OVER] + now[TODAY]
    assert sum(told(page)) == sum(now)
    assert "数据比今天早 3 天" in texts(page)


def test_a_click_on_a_bar_narrows_the_list_and_sets_the_street(start, demonstration_url, monkeypatch):
    state = {deadlines.CHART: SimpleNamespace(selection=SimpleNamespace(points=[point("青禾街道", "soon")]))}
    monkeypatch.setattr(st, "session_state", state)
    deadlines._follow("street")
    assert (state["street"], state["deadlines_state"]) == ("青禾街道", "soon")
    state[deadlines.CHART] = SimpleNamespace(selection=SimpleNamespace(points=[point("石桥社区", "over")]))
    deadlines._follow("community")
    assert state["deadlines_at"] == ("community", "石桥社区")


def point(place: str, part: str) -> dict:
    return {"customdata": json.dumps([place, part], ensure_ascii=False)}


def test_a_chosen_body_stands_as_a_chip_and_can_be_cleared(start, demonstration_url):
    page = opened(start, demonstration_url, state="all")
    body = listed(page)["body"].iloc[0]
    page.session_state["deadlines_at"] = ("body", body)
    narrowed = page.run()
    assert set(listed(narrowed)["body"]) == {body}
    cleared = narrowed.button(key="deadlines_clear").click().run()
    assert len(set(listed(cleared)["body"])) > 1


def test_paper_hides_small_counts_as_the_screen_does(start, real_url):
    page = opened(start, real_url, {"COCKPIT_TODAY": "2023-12-01"}, print="1")
    cells = {str(cell) for one in page.table for cell in one.value.to_numpy().ravel()}
    assert "×" in cells
    assert "—" not in cells


def test_who_may_not_see_rows_sees_counts_alone(start, real_url):
    page = opened(start, real_url, {"COCKPIT_TODAY": "2023-12-01"}, state="all")
    assert [frame for frame in page.dataframe if "record" in frame.value] == []
    assert "明细只向有明细权限的人显示" in texts(page)
    assert len(page.metric) == 5


def test_streets_count_each_state_under_the_bars_and_in_the_file(start, demonstration_url):
    page = opened(start, demonstration_url)
    file = page.session_state["tables"]["各街道在办件"]()
    states = ["超期", "今日到期", "1—3 日到期", "4—7 日到期", "7 日以上"]
    assert list(file.columns) == ["街道", *states, "在办"]
    assert file[states].sum().tolist() == told(page)
    page.session_state["deadlines_soon_open"] = True
    under = next(frame.value for frame in page.run().dataframe if list(frame.value) == ["name", *SOON])
    assert under["name"].tolist() == file["街道"].tolist()
    assert under[SOON].to_numpy().tolist() == file[states[TODAY:LATER]].to_numpy().tolist()


def test_a_group_with_a_hidden_state_is_hidden():
    frame = pd.DataFrame({"today": [1.0, float("nan")], "three": [2.0, 8.0], "seven": [4.0, 16.0]})
    soon = deadlines.grouped(frame)["soon"]
    assert soon.iloc[0] == 7
    assert pd.isna(soon.iloc[1])


def test_paper_says_how_many_rows_it_leaves_out(start, demonstration_url):
    whole = sum(told(opened(start, demonstration_url)))
    page = opened(start, demonstration_url, print="1", state="all")
    accused = boards.unlisted(boards.now(page.session_state["filters"]), boards.STATES)
    assert f"另有 {whole - int(accused) - 60:,} 行未打印" in texts(page)
    assert [len(table.value) for table in page.table if "剩余" in str(list(table.value))] == [60]


def test_rights_stand_page_by_page_and_in_a_file(start, demonstration_url, board, monkeypatch):
    found = rights_of(board, 120)
    monkeypatch.setattr(boards, "listed_rights", lambda _board: found)
    page = open_script(start(demonstration_url), PAGE)
    page.session_state["deadlines_rights_open"] = True
    page.session_state["deadlines_rights_page"] = 3
    shown = [frame.value for frame in page.run().dataframe if "left_words" in frame.value]
    assert failed(page) == []
    assert shown[-1]["record"].tolist() == found["record"].iloc[100:].tolist()
    file = deadline_list.filed_rights(found, board)
    assert file["编号"].tolist() == found["record"].tolist()
    assert {"法律依据", "文本版本", "起算日", "届满日", "收到日期"} <= set(file.columns)
    assert "状态" not in file.columns


def rights_of(board: boards.Board, n: int) -> pd.DataFrame:
    """The board's rights, as if its first terms were rights."""
    right = next(place for place, version in enumerate(board.versions) if version.rule.kind == "right")
    listed = boards.listed(board, ("later",))[["target", "record"]]
    some = board.terms.merge(listed).drop_duplicates(["target", "record"]).head(n)
    return boards.listed_rights(replace(board, terms=some.assign(version=right)))


@pytest.fixture
def board(start, demonstration_url):
    page = opened(start, demonstration_url)
    return boards.now(page.session_state["filters"])


def test_a_file_holds_every_record_of_the_list_with_article_text_and_moves(board):
    records = boards.listed(board, ("over",))
    file = deadline_list.filed(records, board)
    assert len(file) == len(records)
    assert file["编号"].is_unique
    assert {"法律依据", "文本版本", "起算日", "届满日", "不计入天数", "延长天数", "责任单位"} <= set(file.columns)
    assert (file["剩余天数"].dropna() < 0).all()


def test_the_basis_names_every_duty_that_is_overdue(board):
    records = boards.listed(board, ("over",))
    file = deadline_list.filed(records, board)
    over = board.terms["duty"] & ~(board.terms["left"] >= 0)
    found = board.terms[over].drop_duplicates(["target", "record", "version"]).groupby(["target", "record"]).size()
    several = file["法律依据"].str.count("；") + 1
    assert several.tolist() == [found[key] for key in zip(records["target"], records["record"], strict=True)]
    assert several.max() > 1
    waiting = boards.listed(board, ("seven",))
    assert not deadline_list.filed(waiting, board)["法律依据"].str.contains("；").any()


def test_accusations_are_counted_and_never_listed(board, demonstration_url):
    accusations = select(complaints.c.complaint_id).where(complaints.c.nature == "检举控告")
    named = set(database.fetch(accusations, demonstration_url)["complaint_id"])
    accused = board.records["target"].eq("complaints") & board.records["record"].isin(named)
    assert accused.any()
    assert len(boards.listed(board)) == len(board.records) - accused.sum()
    assert not boards.listed_rights(board)["record"].isin(named).any()
    assert sum(boards.unlisted(board, (state,)) for state in boards.STATES) == accused.sum()


def test_each_state_is_what_the_days_say(board):
    left, state = board.records["left"], board.records["state"].astype(str)
    running = board.records["halted"].isna() & board.records["version"].notna()
    assert ((left < 0) == state.eq("over"))[running & left.notna()].all()
    assert (left[running & state.eq("today")] == 0).all()
    assert left[running & state.eq("three")].between(1, 3).all()
    assert left[running & state.eq("seven")].between(4, 7).all()
    ends = board.records["last"].dt.date[running & left.notna()]
    assert [(end - board.today).days for end in ends] == left[running & left.notna()].tolist()


def test_a_week_ago_the_board_was_what_was_known_then(board):
    past = boards.made("示范区", date(2023, 11, 24), datetime(2023, 11, 24))
    assert (past.records["opened_at"].dropna() < datetime(2023, 11, 24)).all()
    both = past.terms.merge(board.terms, on=["target", "record", "version", "since"], suffixes=("", "_now"))
    same = both["halted"].isna() & both["halted_now"].isna() & both["paused"].eq(both["paused_now"])
    same &= both["extended"].eq(both["extended_now"]) & both["left"].notna() & both["left_now"].notna()
    assert same.sum() > 500
    assert (both["left"] - both["left_now"])[same].eq(7).all()


def test_the_rulebook_is_shown_with_what_nothing_binds(board):
    rows = [deadline_list._rule(board, place) for place in range(len(board.versions))]
    assert len(rows) == len(rules.versions(rules.book()))
    assert any(row["n"] is None for row in rows)
    assert sum(row["n"] or 0 for row in rows) == (board.terms["version"] >= 0).sum()


def test_one_record_shows_every_term_that_runs(board, monkeypatch):
    shown = {}
    monkeypatch.setattr(
        deadline_list, "table", lambda frame, key, columns, **_more: shown.update({key: frame[list(columns)]})
    )
    several = board.terms[board.terms.duplicated(["target", "record"], keep=False)].iloc[0]
    deadline_list.terms_of(board, several)
    frame = shown["deadlines_terms"]
    assert len(frame) == len(board.of(several["target"], several["record"])) > 1
    assert frame["basis"].ne("").all()
    assert set(frame["kind"]) <= {"办理期限，逾期即超期", "权利期间，届满即失权"}
