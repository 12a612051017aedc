"""The frames of 信访: what is told by body and nature, the stock, the chain of mediation; and what may not be told."""

from math import isnan, nan

import pandas as pd
import pytest

from cockpit import i18n, petitions, session
from cockpit.session import Viewer

KEYS = petitions.JUDGED


@pytest.fixture(autouse=True)
def chinese():
    i18n.use("zh")


@pytest.fixture
def sees(monkeypatch):
    """``sees(rows)``: whether the viewer may see rows."""

    def choose(rows: bool) -> None:
        for module in (petitions, session):
            monkeypatch.setattr(module, "viewer", lambda: Viewer(rows=rows, names=rows))

    choose(True)
    return choose


def handled(*rows: tuple) -> pd.DataFrame:
    """(body, nature, on time, judged): all else follows."""
    frame = pd.DataFrame(rows, columns=["organisation", "nature", "n", "d"])
    parts = {f"{key}_{part}": frame[part] for key in KEYS for part in "nd"}
    counts = {"received": frame["d"] + 1, "closed": frame["d"], "overdue": frame["d"] - frame["n"]}
    return frame[["organisation", "nature"]].assign(**parts, **counts)


# --- by body and nature -----------------------------------------------------------------------------------------------

RAW = handled(
    ("住建局", "申诉求决", 60, 80),
    ("住建局", "建议意见", 20, 20),
    ("住建局", "检举控告", 0, 50),
    ("城管局", "申诉求决", 90, 100),
    ("教育局", "咨询", 1, 10),
    (None, None, 40, 40),
    ("公安局", "检举控告", 5, 40),
    ("卫健局", "申诉求决", 0, 0),
)


def test_bodies_come_the_least_timely_first_and_those_hardly_judged_last(sees):
    frame = petitions.by_body(RAW)
    assert [None if pd.isna(name) else name for name in frame["organisation"]] == [
        "住建局",
        "城管局",
        None,
        "教育局",
        "卫健局",
    ]
    assert frame["replied_on_time_rate"].tolist()[:4] == [0.8, 0.9, 1.0, 0.1]
    assert frame["replied_on_time_rate_d"].tolist() == [100, 100, 40, 10, 0]
    assert frame["lower"].iloc[0] < 0.8 < frame["upper"].iloc[0]
    assert isnan(frame["lower"].iloc[4])


def test_a_body_is_told_nothing_of_accusations(sees):
    frame = petitions.by_body(RAW).set_index("organisation")
    assert "公安局" not in frame.index
    assert frame.loc["住建局", "overdue"] == 20


def test_of_accusations_the_counts_alone_are_told(sees):
    frame = petitions.by_nature(RAW)
    assert [None if pd.isna(name) else name for name in frame["nature"]] == ["申诉求决", "建议意见", "检举控告", None]
    accused = frame.iloc[2]
    assert (accused["received"], accused["closed"], accused["overdue"]) == (92, 90, 85)
    assert accused[[name for name in frame if name.startswith(KEYS)]].isna().all()
    assert frame["replied_on_time_rate"].iloc[0] == 150 / 180
    assert frame["received"].sum() == RAW["received"].sum()


def test_small_counts_of_bodies_are_hidden_from_who_may_not_see_rows(sees):
    sees(False)
    frame = petitions.by_body(
        handled(("甲", "申诉求决", 40, 43), ("乙", "申诉求决", 50, 80), ("丙", "申诉求决", 30, 60))
    )
    hidden = frame.set_index("organisation")
    assert isnan(hidden.loc["甲", "overdue"])
    assert isnan(hidden.loc["甲", "replied_on_time_rate"])
    assert isnan(hidden.loc["甲", "lower"])
    assert frame["overdue"].isna().sum() >= 2, "a single hidden cell follows from the total"


# --- callbacks --------------------------------------------------------------------------------------------------------


def test_the_bounds_are_those_of_all_who_were_not_reached():
    row = {"callback_rate_n": 60, "callback_rate_d": 100}
    for key in petitions.CALLBACK:
        row |= {f"{key}_n": 45, f"{key}_d": 50}
    frame = petitions.callback(row)
    assert frame["value"].tolist() == [0.9] * 3
    assert frame["worst"].tolist() == [0.45] * 3
    assert frame["best"].tolist() == [0.95] * 3
    assert (frame["worst"] <= frame["lower"]).all()
    assert (frame["upper"] <= 1).all()
    assert frame["name"].tolist() == ["响应率", "解决率", "满意率"]


def test_nothing_closed_has_no_rates():
    row = {f"{key}_{part}": 0 for key in (*petitions.CALLBACK, "callback_rate") for part in "nd"}
    assert petitions.callback(row)[["value", "worst", "best", "lower"]].isna().all().all()


# --- the stock --------------------------------------------------------------------------------------------------------


def test_a_hidden_part_of_the_equation_cannot_be_worked_out():
    frame = pd.DataFrame([[100, 20, 30, 90], [nan, 20, 10, 13], [100, 20, nan, 117]], columns=petitions.BALANCE)
    for told, parts in (
        (petitions.discreet(frame.astype(float)), petitions.STOCKS),
        (petitions.discreet(frame.astype(float), petitions.FLOWS), petitions.FLOWS),
    ):
        assert told.iloc[0].tolist() == [100, 20, 30, 90]
        assert told.iloc[1:][list(parts)].isna().all().all()
        others = [name for name in petitions.BALANCE if name not in parts]
        pd.testing.assert_frame_equal(told[others], frame[others].astype(float))


def test_matters_are_counted_by_their_petitions(sees):
    matters = pd.DataFrame({"links": [2, 2, 3, 9, 5], "pending": [0, 2, 1, 1, 0]})
    frame = petitions.lengths(matters)
    assert frame["links"].tolist() == ["2", "3", "4", "≥5"]
    assert frame["n"].tolist() == [2, 1, 0, 2]
    assert frame["pending"].tolist() == [1, 1, 0, 1]


# --- from the petition to the dispute and back ------------------------------------------------------------------------

FATES = pd.DataFrame(
    [
        (True, True, "mediated", True, True, 500),
        (True, True, "mediated", True, None, 40),
        (True, True, "mediated", False, None, 3),
        (True, True, "failed", True, False, 20),
        (True, True, "withdrawn", True, False, 7),
        (True, True, "open", False, None, 30),
        (True, False, None, False, None, 2),
        (False, False, None, True, True, 100),
    ],
    columns=["linked", "found", "result", "closed", "solved", "n"],
)


def test_the_chain_loses_what_does_not_go_on(sees):
    frame = petitions.stages(FATES)
    assert frame["n"].tolist() == [702, 602, 600, 570, 543, 540, 500]
    assert frame["lost"].tolist() == [0, 100, 2, 30, 27, 3, 40]
    assert frame["n"].iloc[0] == frame["n"].iloc[-1] + frame["lost"].sum()
    assert frame["why"].iloc[1] == "未转入调解"


def test_a_loss_too_small_to_be_shown_is_told_with_the_next(sees):
    sees(False)
    frame = petitions.stages(FATES)
    assert frame["stage"].tolist() == ["received", "linked", "ended", "settled", "solved"]
    assert frame["lost"].tolist() == [0, 100, 32, 27, 43]
    assert frame["why"].iloc[2] == "查无纠纷记录、仍在调解"


def test_so_few_petitions_have_no_chain(sees):
    sees(False)
    assert petitions.stages(FATES.assign(n=[1, 0, 0, 1, 0, 1, 0, 0])).empty


def test_the_ways_in_which_mediation_ended_otherwise(sees):
    frame = petitions.outcomes(FATES)
    assert list(zip(frame["result"], frame["n"], strict=True)) == [("failed", 20), ("withdrawn", 7)]


# --- letters ----------------------------------------------------------------------------------------------------------

LETTERS = pd.DataFrame(
    [
        ("住建局", "supervision", 20, 20, 19, 0, 1, 19, 15),
        ("住建局", "risk", 5, 5, 5, 0, 0, 5, 5),
        ("城管局", "supervision", 6, 6, 5, 1, 0, 6, 5),
        ("教育局", "accountability", 6, 0, 6, 0, 0, 0, 0),
        ("民政局", "supervision", 60, 55, 50, 5, 5, 55, 50),
    ],
    columns=["organisation", "letter", *petitions.LETTER_COUNTS],
)


KINDS = ["supervision", "risk", "accountability"]


def test_bodies_of_letters_come_the_least_timely_first_and_those_hardly_judged_last(sees):
    frame = petitions.letters_by_body(LETTERS)
    assert frame["organisation"].tolist() == ["民政局", "住建局", "城管局", "教育局"]
    assert frame["rate"].tolist()[:3] == [50 / 55, 20 / 24, 5 / 6]
    assert isnan(frame["rate"].iloc[3])
    assert frame[KINDS].to_numpy().tolist() == [[60, 0, 0], [20, 5, 0], [6, 0, 0], [0, 0, 6]]
    assert frame[["issued", "due"]].to_numpy().tolist() == [[60, 55], [25, 25], [6, 6], [6, 0]]


def test_what_became_of_letters_hides_together_where_a_part_of_it_is_small(sees):
    sees(False)
    many = pd.DataFrame([("公安局", "supervision", 90, 80, 60, 20, 10, 80, 60)], columns=LETTERS.columns)
    frame = petitions.letters_by_body(pd.concat([LETTERS, many])).set_index("organisation")
    assert frame["issued"].to_dict() == {"住建局": 25, "城管局": 6, "教育局": 6, "民政局": 60, "公安局": 90}
    parts = frame[["due", "answered", "overdue", "waiting", "judged", "on_time", "rate", "rate_n", "rate_d"]]
    assert parts.loc[["住建局", "城管局"]].isna().all(axis=None)
    assert parts.loc["公安局"].notna().all()


def test_kinds_of_letters_hide_together_and_never_in_a_single_row(sees):
    sees(False)
    rows = [("甲", "risk", 3), ("甲", "supervision", 20), ("乙", "supervision", 30), ("丙", "supervision", 40)]
    counts = dict.fromkeys(petitions.LETTER_COUNTS, 0)
    few = pd.DataFrame([{"organisation": body, "letter": letter, **counts, "issued": n} for body, letter, n in rows])
    frame = petitions.letters_by_body(few).set_index("organisation")
    assert frame["issued"].to_dict() == {"甲": 23, "乙": 30, "丙": 40}
    assert frame[KINDS].isna().all(axis=1).to_dict() == {"甲": True, "乙": True, "丙": False}


def test_letters_answered_overdue_and_waiting_are_hidden_together(sees, monkeypatch):
    found = pd.DataFrame(
        [
            ("supervision", 50, 49, 40, 8, 2, 49, 30, 9.0),
            ("risk", 60, 60, 40, 10, 10, 60, 30, 9.0),
            ("accountability", 90, 90, 40, 20, 30, 90, 30, 9.0),
        ],
        columns=["letter", *petitions.LETTER_COUNTS, "median_days"],
    )
    monkeypatch.setattr(petitions, "load", lambda *_question, **_raw: found)
    parts = ["answered", "overdue", "waiting"]
    whole = petitions.letters_by_kind(None)  # type: ignore[arg-type]
    assert whole["issued"].tolist() == whole[parts].sum(axis=1).tolist()
    sees(False)
    told = petitions.letters_by_kind(None).set_index("letter")  # type: ignore[arg-type]
    assert told["issued"].notna().all()
    assert told.loc["supervision", [*parts, "median_days"]].isna().all()
    assert told[parts].isna().all(axis=1).equals(told[parts].isna().any(axis=1))
    assert told[parts].isna().all(axis=1).sum() == 2, "the totals of all kinds tell a single row"


@pytest.mark.parametrize(
    ("part", "whole", "rows", "expected"),
    [(3, 4, True, 0.75), (0, 0, True, nan), (3, 4, False, nan), (40, 43, False, nan), (40, 50, False, 0.8)],
)
def test_a_share_of_too_few_is_not_told(sees, part, whole, rows, expected):
    sees(rows)
    assert petitions.share(part, whole) == pytest.approx(expected, nan_ok=True)


def test_results_that_add_up_hide_together(sees, monkeypatch):
    found = pd.DataFrame(
        [
            ("hearing", "settled", 0, 40, 40, 9.0),
            ("hearing", "partly", 0, 3, 3, 9.0),
            ("hearing", None, 1, 43, 43, 9.0),
            ("review", "rejected", 0, 30, 30, 20.0),
            ("review", None, 0, 10, 0, nan),
            ("review", None, 1, 40, 30, 20.0),
        ],
        columns=["step", "result", "whole", "n", "done", "median_days"],
    )
    monkeypatch.setattr(petitions, "load", lambda *_question, **_raw: found)
    frame = petitions.steps(None).set_index("step")  # type: ignore[arg-type]
    assert frame.index.tolist() == ["hearing", "review"]
    assert frame.loc["hearing", ["settled", "partly", "none"]].tolist() == [40, 3, 0]
    assert frame.loc["review", ["rejected", "none"]].tolist() == [30, 10]
    sees(False)
    hidden = petitions.steps(None).set_index("step")  # type: ignore[arg-type]
    assert hidden.loc["hearing", ["settled", "partly", "none"]].isna().all()


def test_the_order_does_not_tell_a_hidden_rate(sees):
    sees(False)
    few = handled(
        ("甲", "申诉求决", 50, 53), ("乙", "申诉求决", 40, 43), ("丙", "申诉求决", 90, 100), ("丁", "申诉求决", 50, 80)
    )
    shown = petitions.by_body(few)["replied_on_time_rate"]
    assert shown.notna().any()
    assert shown.isna().any()
    assert shown.dropna().is_monotonic_increasing
    assert shown.isna().is_monotonic_increasing, "hidden rates come last"
