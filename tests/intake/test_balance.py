"""Whatever stands in a file, every row of it is kept, rejected or superseded, and the right ones are kept."""

import csv
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.intake import mapping
from cockpit.intake.checking.check import check
from cockpit.intake.reading import read
from cockpit.intake.reading.arrival import arrive
from tests.intake.files import HEADER, MAPPING, as_csv, row

IDS = st.sampled_from(["A1", "A2", "A3", "", " ", "-", "a1", " A1 "])
TIMES = st.sampled_from(["2023-11-01", "2023/1/1 8:00:00", "", "yesterday", "2023-02-30", "-"])
STATUSES = st.sampled_from(["办结", "在办", "", "转办", "-"])
NUMBERS = st.sampled_from(["1", "", "x", "2.5", "-"])
ROWS = st.builds(
    lambda id_, opened, closed, status, people, extra: row(
        编号=id_, 登记时间=opened, 办结时间=closed, 状态=status, 人数=people
    )
    + extra,
    IDS, TIMES, TIMES, STATUSES, NUMBERS, st.sampled_from([(), (), (), ("surplus",), ("",)]),
)  # fmt: skip
BLANK = st.just(("",) * len(HEADER))


def is_time(text: str) -> bool:
    for form in ("%Y-%m-%d", "%Y/%m/%d %H:%M:%S"):
        try:
            datetime.strptime(text, form)
        except ValueError:
            continue
        return True
    return False


def text_of(cell: str) -> str:
    return "" if cell.strip() == "-" else cell.strip()


def is_sound(cells: tuple[str, ...]) -> bool:
    """The contract in plain Python: a row that can be taken, repetition left aside."""
    id_, opened, closed, status, _street, _satisfied, people = map(text_of, cells[:7])
    return (
        bool(id_)
        and is_time(opened)
        and (not closed or is_time(closed))
        and status in ("办结", "在办", "")
        and (not people or people.isdigit())
        and not any(cells[len(HEADER) :])
    )


def expected(rows: list[tuple[str, ...]], mode: str) -> tuple[dict[str, int], list[int], int]:
    """Key → line of the row that is kept; lines that are rejected; how many are superseded."""
    numbered = [(line, cells) for line, cells in enumerate(rows, 2) if any(cells)]
    sound = [(line, text_of(cells[0])) for line, cells in numbered if is_sound(cells)]
    kept = {key: line for line, key in (sound if mode == "last" else reversed(sound))}
    repeated = [line for line, key in sound if kept[key] != line]
    refused = [line for line, cells in numbered if not is_sound(cells)]
    return kept, sorted(refused + (repeated if mode == "reject" else [])), 0 if mode == "reject" else len(repeated)


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(ROWS | BLANK, max_size=12), mode=st.sampled_from(["reject", "first", "last"]))
def test_every_row_is_kept_rejected_or_superseded(rows, mode):
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "file.csv").write_text(as_csv([HEADER, *rows]), "utf-8")
        (folder / "map.toml").write_text(MAPPING.format(read=f'duplicates = "{mode}"\nnull = ["-"]', more=""), "utf-8")
        plan = mapping.load(folder / "map.toml")
        records = read.read(arrive(folder / "file.csv", folder)[0], plan.read, folder, lambda *_: None)
        checked = check(records, plan, folder)
        with duckdb.connect(str(checked.database)) as scratch:
            keys = [key for (key,) in scratch.execute("SELECT complaint_id FROM staged").fetchall()]
            lines = [line for (line,) in scratch.execute("SELECT line FROM refused ORDER BY line").fetchall()]
    kept, refused, superseded = expected(rows, mode)
    assert sorted(keys) == sorted(kept)
    assert lines == refused
    assert (checked.kept, checked.rejected, checked.superseded) == (len(kept), len(refused), superseded)
    assert records.count == checked.kept + checked.rejected + checked.superseded


def test_the_file_that_python_reads_has_as_many_rows(tmp_path):
    """The count is that of the rows in the file, by another reader."""
    rows = [row(编号=f"A{i}", 街道='换行\n"引号"') for i in range(500)]
    (tmp_path / "file.csv").write_text(as_csv([HEADER, *rows]), "utf-8", newline="")
    (tmp_path / "map.toml").write_text(MAPPING.format(read="", more=""), "utf-8")
    arrival = arrive(tmp_path / "file.csv", tmp_path)[0]
    records = read.read(arrival, mapping.load(tmp_path / "map.toml").read, tmp_path, lambda *_: None)
    with (tmp_path / "file.csv").open(encoding="utf-8", newline="") as lines:
        assert records.count == len(list(csv.reader(lines))) - 1 == 500


def test_many_columns_of_long_text_may_all_be_refused(tmp_path):
    """What the engine may take grows with the width of a row, and not with the number of rows."""
    width, count = 400, 3_000
    rows = [[f"A{i}", "不详", *[f"第{i}行的一段不短的文字" * 3] * width] for i in range(count)]
    header = ["编号", "登记时间", *(f"备注{i}" for i in range(width))]
    (tmp_path / "file.csv").write_text(as_csv([header, *rows]), "utf-8")
    (tmp_path / "map.toml").write_text(
        'table = "complaints"\n[columns]\ncomplaint_id = "编号"\nopened_at = "登记时间"\n'
        '[constants]\ndistrict = "宝安区"',
        "utf-8",
    )
    plan = mapping.load(tmp_path / "map.toml")
    (arrival,) = arrive(tmp_path / "file.csv", tmp_path)
    checked = check(read.read(arrival, plan.read, tmp_path, lambda *_: None), plan, tmp_path)
    assert (checked.kept, checked.rejected) == (0, count)
    with duckdb.connect(str(checked.database), read_only=True) as scratch:
        assert scratch.execute("SELECT DISTINCT reason FROM refused").fetchall() == [("not a time: opened_at",)]
