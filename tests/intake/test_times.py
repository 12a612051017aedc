"""What a text says as a time: the day, the hour, and on whose clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.intake.checking.times import AS_WRITTEN, Clock, moment, unclear

SHENZHEN = Clock("Asia/Shanghai", None, convert=True)
FROM_NEW_YORK = Clock("Asia/Shanghai", "America/New_York", convert=True)


@pytest.fixture(scope="module")
def engine():
    with duckdb.connect() as connection:
        yield connection


def read(engine, text, formats=None, clock=AS_WRITTEN):
    return engine.execute(f"SELECT {moment('t', formats, clock)} FROM (SELECT ?::VARCHAR AS t)", [text]).fetchone()[0]


@pytest.mark.parametrize(("written", "meant"), [
    ("2023-11-01 15:20:05", datetime(2023, 11, 1, 15, 20, 5)),
    ("2023/11/1 9:05", datetime(2023, 11, 1, 9, 5)),
    ("2023.11.1", datetime(2023, 11, 1)),
    ("2023年11月1日", datetime(2023, 11, 1)),
    ("2023年11月1日9时05分07秒", datetime(2023, 11, 1, 9, 5, 7)),
    ("2023年11月1日 9点", datetime(2023, 11, 1, 9)),
    ("2023-11-01 星期三 09:05", datetime(2023, 11, 1, 9, 5)),
    ("２０２３－１１－０１　０９：３０", datetime(2023, 11, 1, 9, 30)),
    ("２０２３年１１月１日", datetime(2023, 11, 1)),
    ("20231101", datetime(2023, 11, 1)),
    ("20231101 08:15", datetime(2023, 11, 1, 8, 15)),
    ("20231101081530", datetime(2023, 11, 1, 8, 15, 30)),
    ("2023-11-01T08:15:30.25", datetime(2023, 11, 1, 8, 15, 30, 250_000)),
    ("2023-11-01 24:00", datetime(2023, 11, 2)),
])  # fmt: skip
def test_the_usual_forms(engine, written, meant):
    assert read(engine, written) == meant


@pytest.mark.parametrize(("clock", "hour", "minute"), [
    ("3:20 PM", 15, 20), ("3:20:00 pm", 15, 20), ("3:20p.m.", 15, 20), ("12:05 AM", 0, 5), ("12:05 PM", 12, 5),
    ("上午9:05", 9, 5), ("上午12:05", 0, 5), ("下午3:20", 15, 20), ("下午12:20", 12, 20), ("下午15:20", 15, 20),
    ("中午12:20", 12, 20), ("中午1:20", 13, 20), ("中午11:50", 11, 50), ("晚上 8:00", 20, 0), ("凌晨12:30", 0, 30),
    ("晚上8点30分", 20, 30), ("下午 3时20分", 15, 20),
])  # fmt: skip
def test_clocks_of_twelve_hours(engine, clock, hour, minute):
    assert read(engine, f"2023-11-01 {clock}") == datetime(2023, 11, 1, hour, minute)
    assert read(engine, f"2023年11月1日{clock}") == datetime(2023, 11, 1, hour, minute)


@pytest.mark.parametrize("text", [
    "03/04/2023", "25/12/2023", "4/3/23", "2023-02-30", "2023-13-01", "9:30", "2023-11-01 9", "2023-11-01 9:",
    "infinity", "epoch", "1900-01-01", "1949-12-31 23:59:59", "2101-01-01", "9999-12-31 00:00:00",
    "2023-11-01 AM 15:20", "2023-11-01 晚上12:00", "2023-11-01 25:00", "2023-11-01 10:61",
    "二〇二三年十一月一日", "19999", "80000", "3", "",
    "2023-11-01 10:00+15:00", "abcd-ef-gh ij:kl:mn",
])  # fmt: skip
def test_what_is_no_time_or_could_be_two(engine, text):
    assert read(engine, text) is None
    assert read(engine, text, clock=SHENZHEN) is None


def test_nothing_is_nothing(engine):
    assert read(engine, None) is None
    assert read(engine, None, ["%Y"], SHENZHEN) is None


@pytest.mark.parametrize(("text", "said"), [
    ("03/04/2023", True), ("3-4-2023 9:05", True), ("０３／０４／２０２３", True),
    ("2023/03/04", False),
    ("不详", False),
])  # fmt: skip
def test_an_order_that_nobody_can_tell_is_said(engine, text, said):
    assert engine.execute(f"SELECT {unclear('t')} FROM (SELECT ?::VARCHAR AS t)", [text]).fetchone()[0] is said


@pytest.mark.parametrize(("written", "meant"), [
    ("45231", datetime(2023, 11, 1)), ("45231.375", datetime(2023, 11, 1, 9)),
    ("45231.3888888889", datetime(2023, 11, 1, 9, 20)), ("45231.999988426", datetime(2023, 11, 1, 23, 59, 59)),
    ("20000", datetime(1954, 10, 3)), ("60000", datetime(2064, 4, 8)), ("４５２３１", datetime(2023, 11, 1)),
])  # fmt: skip
def test_days_as_a_spreadsheet_counts_them(engine, written, meant):
    """1899-12-30 and so many days: openpyxl.utils.datetime.from_excel says the same."""
    from openpyxl.utils.datetime import from_excel

    narrow = written.translate(str.maketrans("０１２３４５６７８９", "0123456789"))
    assert abs((read(engine, written) - from_excel(float(narrow))).total_seconds()) < 0.01
    assert abs((read(engine, written) - meant).total_seconds()) < 0.01
    assert abs((read(engine, written, ["%d/%m/%Y"]) - meant).total_seconds()) < 0.01


@pytest.mark.parametrize(("written", "meant"), [
    ("2016-07-13T15:11:07Z", datetime(2016, 7, 13, 23, 11, 7)),
    ("2016-07-13 15:11:07+00:00", datetime(2016, 7, 13, 23, 11, 7)),
    ("2016-07-13 15:11:07.5 UTC", datetime(2016, 7, 13, 23, 11, 7, 500_000)),
    ("2016-07-13 15:11:07 -0700", datetime(2016, 7, 14, 6, 11, 7)),
    ("2016-07-13 15:11:07+08", datetime(2016, 7, 13, 15, 11, 7)),
    ("2016-07-13 15:11+08", datetime(2016, 7, 13, 15, 11)),
    ("2016-7-13 15:11:07Z", datetime(2016, 7, 13, 23, 11, 7)),
    ("2016-07-13 15:11:07+05:30", datetime(2016, 7, 13, 17, 41, 7)),
    ("2016-07-13 15:11:07", datetime(2016, 7, 13, 15, 11, 7)),
    ("2023年7月13日 下午3:11 +0000", datetime(2023, 7, 13, 23, 11)),
])  # fmt: skip
def test_an_offset_is_applied(engine, written, meant):
    assert read(engine, written, clock=SHENZHEN) == meant


def test_an_offset_is_dropped_where_it_lies(engine):
    assert read(engine, "2016-07-13T15:11:07Z", clock=Clock("Asia/Shanghai")) == datetime(2016, 7, 13, 15, 11, 7)
    assert read(engine, "2016-07-13 15:11+05", clock=Clock("Asia/Shanghai")) == datetime(2016, 7, 13, 15, 11)


def test_a_zone_of_the_file_knows_summer_time(engine):
    assert read(engine, "2023-07-01 00:00:00", clock=FROM_NEW_YORK) == datetime(2023, 7, 1, 12)
    assert read(engine, "2023-12-01", clock=FROM_NEW_YORK) == datetime(2023, 12, 1, 13)
    assert read(engine, "2023-07-01T00:00:00Z", clock=FROM_NEW_YORK) == datetime(2023, 7, 1, 8)
    assert read(engine, "45231", clock=FROM_NEW_YORK) == datetime(2023, 11, 1, 12)
    assert read(engine, "07/01/2023", ["%m/%d/%Y"], FROM_NEW_YORK) == datetime(2023, 7, 1, 12)


@settings(max_examples=150, deadline=None)
@given(
    at=st.datetimes(datetime(1960, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.replace(microsecond=0)),
    zone=st.sampled_from(["America/New_York", "Europe/Berlin", "Asia/Urumqi", "Australia/Lord_Howe"]),
)
def test_every_moment_is_turned_as_python_turns_it(engine, at, zone):
    """The hour that summer time skips or repeats has two readings; there either will do."""
    local, home = at.replace(tzinfo=ZoneInfo(zone)), ZoneInfo("Asia/Shanghai")
    allowed = {local.replace(fold=fold).astimezone(home).replace(tzinfo=None) for fold in (0, 1)}
    assert read(engine, str(at), clock=Clock("Asia/Shanghai", zone, convert=True)) in allowed


@settings(max_examples=150, deadline=None)
@given(at=st.datetimes(datetime(1992, 1, 1), datetime(2100, 12, 31, 23, 59, 59)))
def test_what_iso_writes_is_read_back(engine, at):
    """From 1992 on: before, China had summer time now and then."""
    assert read(engine, at.isoformat()) == at
    assert read(engine, at.isoformat(" ", "seconds")) == at.replace(microsecond=0)
    assert read(engine, at.isoformat() + "+08:00", clock=SHENZHEN) == at


def test_formats_with_offsets_and_chinese_halves(engine):
    with_zone = ["%Y-%m-%d %H:%M:%S%z"]
    assert read(engine, "2016-07-13 15:11:07-07:00", with_zone, SHENZHEN) == datetime(2016, 7, 14, 6, 11, 7)
    assert read(engine, "2016-07-13 15:11:07", with_zone, SHENZHEN) == datetime(2016, 7, 13, 15, 11, 7)
    assert read(engine, "01/02/2015 下午09:08:42", ["%m/%d/%Y %p%I:%M:%S"]) == datetime(2015, 1, 2, 21, 8, 42)
    assert read(engine, "０１/０２/2015", ["%m/%d/%Y"]) == datetime(2015, 1, 2)
