"""Rows written in bulk come back as they were, on both engines."""

from datetime import datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Table, select

from cockpit import bulk
from queries.tables import cases, complaints, loads

HOSTILE = [
    'a "quoted", text',
    "two\nlines\r\n",
    "'; DROP TABLE cases; --",
    "\\N",
    "NULL",
    "",
    " ",
    "=1+1",
    "西乡街道",
    "\t|",
]


def frame(n: int, **columns) -> pd.DataFrame:
    fixed = {"district": "宝安区", "category": "劳动争议", "channel": "12345热线", "status": "open"}
    moments = pd.Timestamp("2023-11-01 08:30:15") + pd.to_timedelta(np.arange(n), "D")
    return pd.DataFrame({"case_id": [f"C{i}" for i in range(n)], "opened_at": moments} | fixed | columns)


def write(database, table: Table, rows: pd.DataFrame) -> int:
    with database.engine.begin() as connection:
        return bulk.write(connection, table, rows)


def test_texts_come_back_as_they_were(database):
    assert write(database, cases, frame(len(HOSTILE), subcategory=HOSTILE)) == len(HOSTILE)
    found = database.rows(select(cases.c.subcategory).order_by(cases.c.opened_at))
    assert [text for (text,) in found] == HOSTILE


def test_every_kind_of_missing_value_becomes_null(database):
    missing = frame(
        2,
        street=pd.Series([None, "西乡街道"], dtype=object),
        lon=[np.nan, 113.86],
        closed_at=np.array(["NaT", "2023-11-09T10:00"], "datetime64[s]"),
        overdue=pd.array([None, True], "boolean"),
        amount_paid=[np.nan, 12.3],
    )
    write(database, cases, missing)
    columns = cases.c.street, cases.c.lon, cases.c.closed_at, cases.c.overdue, cases.c.amount_paid
    assert database.rows(select(*columns).order_by(cases.c.case_id)) == [
        (None, None, None, None, None),
        ("西乡街道", 113.86, datetime(2023, 11, 9, 10), True, Decimal("12.30")),
    ]


def test_numbers_of_any_width_fit(database):
    people = pd.DataFrame(
        {"complaint_id": ["P1", "P2"], "district": "宝安区", "channel": "来访", "category": "噪声", "status": "open"}
        | {
            "opened_at": pd.Timestamp("2023-11-01"),
            "backlog": [True, False],
            "people_count": pd.array([5, None], "Int64"),
        }
    )
    write(database, complaints, people)
    found = database.rows(select(complaints.c.people_count, complaints.c.backlog).order_by(complaints.c.complaint_id))
    assert found == [(5, True), (None, False)]


def test_columns_the_table_does_not_know_are_left_out(database):
    write(database, cases, frame(1, position=3))
    assert len(database.rows(select(cases.c.case_id))) == 1


def test_no_rows_are_no_error(database):
    assert write(database, cases, frame(0)) == 0
    assert database.rows(select(cases.c.case_id)) == []


def test_a_refused_row_leaves_nothing_behind(database):
    with pytest.raises(Exception, match=r"(?i)null|constraint"):
        write(database, cases, frame(3, status=["open", None, "open"]))
    assert database.rows(select(cases.c.case_id)) == []


def test_what_is_written_belongs_to_the_transaction(database):
    with database.engine.connect() as connection, connection.begin() as transaction:
        bulk.write(connection, cases, frame(3))
        transaction.rollback()
    assert database.rows(select(cases.c.case_id)) == []


def test_writing_again_adds(database):
    row = pd.DataFrame([{"load_id": "one", "target": "cases", "file": "a.csv", "sha256": "", "rows_read": 2**40}])
    row = row.assign(rows_kept=1, rows_rejected=0, rows_superseded=0, loaded_at=pd.Timestamp("2023-12-01"))
    write(database, loads, row)
    write(database, loads, row.assign(load_id="two"))
    assert database.rows(select(loads.c.load_id, loads.c.rows_read).order_by(loads.c.load_id)) == [
        ("one", 2**40),
        ("two", 2**40),
    ]
