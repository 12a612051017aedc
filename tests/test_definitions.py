"""Rival definitions: each is the quotient that it says, and none tells of fewer than five records."""

from math import isnan

import pandas as pd
import pytest

from cockpit import definitions, format, session, situation
from cockpit.masking import mask
from cockpit.rivals import RIVALS, Rivals, Way
from cockpit.session import Viewer
from queries.measures import MEASURES
from queries.tables import cases, complaints

WAY = Way("own", "l", "f", ("received",), ("closed", "pending"), ("overdue",))


@pytest.fixture
def everything(monkeypatch):
    monkeypatch.setattr(session, "viewer", lambda: Viewer(rows=True, names=True))


@pytest.fixture
def no_rows(monkeypatch):
    monkeypatch.setattr(session, "viewer", lambda: Viewer(rows=False, names=False))


def asked(yes: int, answered: int, closed: int) -> dict:
    return {
        "complaints": {
            "solved_rate_n": yes,
            "solved_rate_d": answered,
            "callback_rate_d": closed,
        }
    }


SOLVED = next(one for one in RIVALS if one.ways[0].key == "solved_rate")


def test_silence_is_a_no_or_a_yes(everything):
    frame = definitions.compared(SOLVED, complaints, asked(60, 80, 100))
    assert frame["value"].tolist() == [0.75, 0.6, 0.8]
    assert frame[["n", "d"]].to_numpy().tolist() == [[60, 80], [60, 100], [80, 100]]
    assert frame["difference"].round(6).tolist() == [0, -0.15, 0.05]


def test_terms_are_added_and_taken_away(everything):
    rivals = Rivals("t", "w", (WAY,), (cases,))
    known = {"cases": {"received": 30, "closed": 20, "pending": 20, "overdue": 10}}
    assert definitions.compared(rivals, cases, known)["value"].tolist() == [0.5]
    assert WAY.terms() == {"received", "closed", "pending", "overdue"}
    assert Way("solved_rate").terms() == {"solved_rate"}
    assert SOLVED.ways[1].terms() == {"solved_rate", "callback_rate"}


def test_nothing_divided_by_nothing_has_no_value(everything):
    frame = definitions.compared(SOLVED, complaints, asked(0, 0, 0))
    assert frame["value"].isna().all()
    assert frame["difference"].isna().all()


@pytest.mark.parametrize(
    ("figures", "seen"),
    [
        ((60, 80, 100), [True, True, True]),
        ((3, 80, 100), [False, False, True]),  # three said yes
        ((77, 80, 100), [False, True, False]),  # three said no
        ((60, 97, 100), [True, False, False]),  # three were not reached
        ((60, 80, 83), [True, False, False]),
    ],
)
def test_a_row_that_tells_of_fewer_than_five_is_hidden(no_rows, figures, seen):
    frame = definitions.compared(SOLVED, complaints, asked(*figures))
    assert frame["value"].notna().tolist() == seen
    assert frame["n"].notna().tolist() == seen


@pytest.mark.parametrize("rivals", RIVALS, ids=lambda one: one.title)
def test_definitions_are_made_of_measures_that_there_are(rivals):
    assert rivals.ways[0].is_measure
    for table in rivals.tables:
        for way in rivals.ways:
            own = way.table if way.table is not None else table
            assert all(own.name in MEASURES[key].tables for key in way.terms())
            assert definitions.label(way)
            assert definitions.formula(way)
            assert not way.is_measure or MEASURES[way.key].unit == "share"


def test_each_table_has_its_groups():
    assert len(definitions.of_table(cases)) >= 4
    assert SOLVED in definitions.of_table(complaints)
    assert SOLVED not in definitions.of_table(cases)


def test_a_missing_value_stays_missing(everything):
    assert isnan(definitions.compared(SOLVED, complaints, asked(0, 0, 10))["difference"].iloc[1])
    assert definitions.compared(SOLVED, complaints, asked(0, 0, 10))["value"].iloc[1] == 0


STOCK = ("pending_at_start", "received", "cleared", "pending")
WITH_STOCK = ("disposition_time", "case_closing_rate")


def told(monkeypatch, start: int, received: int, cleared: int) -> dict:
    """What the table of all measures says of such complaints: key, value and parts."""
    end = start + received - cleared
    row = dict(zip(STOCK, (start, received, cleared, end), strict=True))
    for key in ("disposition_time", "case_closing_rate", "repeat_rate"):
        n = end if key == "disposition_time" else cleared
        d = {"disposition_time": cleared, "case_closing_rate": start + received, "repeat_rate": received}[key]
        row |= {key: n / d, f"{key}_n": n, f"{key}_d": d}
    shown = pd.DataFrame([row])
    shown = shown if session.viewer().rows else mask(shown)
    known = {key: MEASURES[key] for key in (*STOCK, *WITH_STOCK, "repeat_rate")}
    monkeypatch.setattr(definitions, "MEASURES", known)
    monkeypatch.setattr(session, "figures", lambda *_asked, **_raw: shown)
    monkeypatch.setattr(situation, "unsaid", lambda *_asked: frozenset())
    return definitions.measures(complaints, None).set_index("key")[["value", "parts"]].T.to_dict()


@pytest.mark.parametrize(("start", "received", "cleared"), [(100, 20, 3), (100, 3, 20), (3, 200, 90), (100, 20, 118)])
def test_a_hidden_part_of_the_stock_does_not_follow_from_the_others(no_rows, monkeypatch, start, received, cleared):
    frame = told(monkeypatch, start, received, cleared)
    for key in ("pending_at_start", "pending", *WITH_STOCK):
        assert frame[key]["value"] == format.DASH
    assert not {str(start), str(start + received), str(start + received - cleared)} & {
        word for said in frame.values() for text in said.values() for word in text.split()
    }


def test_a_stock_without_small_parts_is_told(no_rows, monkeypatch):
    frame = told(monkeypatch, 100, 20, 30)
    assert [frame[key]["value"].split()[0] for key in STOCK] == ["100", "20", "30", "90"]
    assert frame["disposition_time"]["parts"] == "90 ÷ 30"


def test_who_may_see_rows_sees_a_small_stock(everything, monkeypatch):
    assert told(monkeypatch, 3, 20, 20)["pending"]["value"].startswith("3")
