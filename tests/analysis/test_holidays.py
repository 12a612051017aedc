import pandas as pd
from lunardate import LunarDate

from cockpit.analysis.holidays import FIRST_YEAR, LAST_YEAR, new_years, overlap


def test_the_table_is_the_lunar_calendars():
    lunar = [LunarDate(year, 1, 1).to_solar_date() for year in range(FIRST_YEAR, LAST_YEAR + 1)]
    assert [day.date() for day in new_years()] == lunar


def test_the_week_is_shared_out_between_the_months_it_touches():
    months = pd.date_range("2022-01-01", "2023-12-01", freq="MS")
    share = pd.DataFrame(overlap(months, months + pd.offsets.MonthBegin()), months.strftime("%Y-%m"))
    assert share[0][share[0] > 0].round(6).to_dict() == {
        "2022-01": round(1 / 7, 6),  # 除夕 is 31 January
        "2022-02": round(6 / 7, 6),
        "2023-01": 1,
    }
    assert share[1][share[1] > 0].to_dict() == {"2022-10": 1, "2023-10": 1}


def test_weeks_see_it_by_the_day():
    weeks = pd.DatetimeIndex(["2023-01-16", "2023-01-23", "2023-01-30", "2023-09-25"])
    share = overlap(weeks, weeks + pd.Timedelta(weeks=1)) * 7
    assert share.round(6).tolist() == [[2, 0], [5, 0], [0, 0], [0, 1]]


def test_beyond_the_table_there_is_no_holiday():
    share = overlap(pd.DatetimeIndex(["1999-02-01", "2051-02-01"]), pd.DatetimeIndex(["1999-03-01", "2051-03-01"]))
    assert not share.any()
