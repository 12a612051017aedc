"""The tests' own tables: what a test reads is what stands in the database."""

from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from queries.tables import cases, complaints
from tests.rows import Rows


def test_values_come_as_their_columns_want_them(database):
    database.add_cases("""
        case_id  street    opened_at         closed_at   outcome   amount_paid  overdue
        A        西乡街道  2023-11-01T09:30  2023-11-03  mediated  12.50        yes
        B        -         2023-11-02        -           -         -            -""")
    columns = [cases.c[name] for name in ("street", "opened_at", "amount_paid", "overdue", "status")]
    assert database.rows(select(*columns).order_by(cases.c.case_id)) == [
        ("西乡街道", datetime(2023, 11, 1, 9, 30), Decimal("12.50"), True, "closed"),
        (None, datetime(2023, 11, 2), None, None, "open"),
    ]


def test_a_test_starts_with_empty_tables(database):
    assert database.rows(select(complaints)) == []
    database.add_complaints("street\n福永街道\n沙井街道")
    assert len(database.frame(select(complaints))) == 2


def test_every_table_takes_a_row_that_says_nothing_but_one_thing(database):
    for table, column in (
        ("areas", "name"),
        ("cases", "street"),
        ("case_steps", "case_id"),
        ("complaints", "street"),
        ("mediators", "name"),
        ("organisations", "name"),
        ("loads", "file"),
        ("rejects", "load_id"),
    ):
        database.add(table, f"{column}\n某某\n某某某")


def test_a_wrong_column_is_named():
    with pytest.raises(ValueError, match="cases has no column stret"):
        Rows().read("cases", "stret\n西乡街道")
