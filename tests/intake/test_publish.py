"""What an import leaves behind: rows that are updated and not doubled, a record of itself, and all of it or nothing."""

import hashlib
import json
import random
import shutil
import subprocess
import sys
import time
from datetime import date, datetime

import pytest
from sqlalchemy import func, select

from cockpit import clock, database, i18n
from cockpit.errors import CockpitError, IntakeError
from cockpit.intake import command, contract, run
from cockpit.intake.publishing.claim import claim
from queries.tables import complaints, loads, metadata
from tests.intake.files import HEADER, MAPPING, as_csv, row, rows_of, take


def everything(url: str) -> dict[str, list[tuple]]:
    return {name: rows_of(url, name) for name in contract.TABLES}


def test_an_import_records_itself(tmp_path, url):
    before = clock.now()
    result = take(tmp_path, url, [row(), row(编号=""), row()], read='duplicates = "last"\nas_of = "2023-11-30"')
    (load,) = rows_of(url, "loads")
    assert load[:8] == (
        result.load_id, "complaints", "file.csv",
        hashlib.sha256((tmp_path / "file.csv").read_bytes()).hexdigest(), 3, 1, 1, 1,
    )  # fmt: skip
    assert before <= load[8] <= clock.now()
    assert load[9] == datetime(2023, 12, 1), "a date without a time means the end of that day"
    assert rows_of(url, "rejects", "load_id", "line", "reason") == [(result.load_id, 3, "missing: complaint_id")]


def test_the_same_file_twice_leaves_the_same_rows(tmp_path, url):
    rows = [row(编号=f"A{i}", 街道=f"街道{i}") for i in range(5)]
    take(tmp_path, url, rows)
    once = everything(url)
    assert take(tmp_path, url, rows, again=True).changed == 0
    assert everything(url) == once
    assert len(rows_of(url, "loads")) == 2


def test_known_ids_are_updated_and_others_stay(tmp_path, url):
    take(tmp_path, url, [row(), row(编号="A2", 街道="新安街道")])
    take(tmp_path, url, [row(街道="福永街道", 办结时间="", 状态="在办"), row(编号="A3")])
    assert rows_of(url, "complaints", "complaint_id", "street", "closed_at", "status") == [
        ("A1", "福永街道", None, "open"),
        ("A2", "新安街道", datetime(2023, 11, 3), "closed"),
        ("A3", "西乡街道", datetime(2023, 11, 3), "closed"),
    ]


def test_what_a_second_mapping_does_not_name_stays(tmp_path, url):
    take(tmp_path, url, [row(), row(编号="A2")])
    (tmp_path / "more.csv").write_text("id,in,old,lead\nA1,2023-11-01 09:00,是,张某\nA3,2023-11-02,否,李某\n", "utf-8")
    (tmp_path / "more.toml").write_text(
        'table = "complaints"\n[columns]\ncomplaint_id = "id"\nopened_at = "in"\nbacklog = "old"\nsponsor = "lead"\n'
        '[constants]\ndistrict = "宝安区"\n',
        "utf-8",
    )
    run(tmp_path / "more.csv", tmp_path / "more.toml", url)
    names = ("complaint_id", "street", "category", "channel", "status", "satisfied", "closed_at", "backlog", "sponsor")
    assert rows_of(url, "complaints", *names) == [
        ("A1", "西乡街道", "噪声", "12345", "closed", True, datetime(2023, 11, 3), True, "张某"),
        ("A2", "西乡街道", "噪声", "12345", "closed", True, datetime(2023, 11, 3), False, None),
        ("A3", None, "未分类", "未知", "open", None, None, False, "李某"),
    ]


def test_a_closing_time_that_a_second_mapping_names_says_the_status_too(tmp_path, url):
    take(tmp_path, url, [row(), row(编号="A2", 办结时间="", 状态="在办"), row(编号="A3")])
    (tmp_path / "more.csv").write_text(
        "id,in,out,x,y\nA1,2023-11-01,,,\nA2,2023-11-01,2023-11-09,113.9,22.6\n", "utf-8"
    )
    (tmp_path / "more.toml").write_text(
        'table = "complaints"\n[columns]\ncomplaint_id = "id"\nopened_at = "in"\nclosed_at = "out"\n'
        'lon = "x"\nlat = "y"\n'
        '[constants]\ndistrict = "宝安区"\n',
        "utf-8",
    )
    (_one, cell, _three) = (place for _id, place in rows_of(url, "complaints", "complaint_id", "cell"))
    run(tmp_path / "more.csv", tmp_path / "more.toml", url)
    rows = rows_of(url, "complaints", "complaint_id", "status", "category", "cell")
    assert [(id_, status, category) for id_, status, category, _cell in rows] == [
        ("A1", "open", "噪声"),
        ("A2", "closed", "噪声"),
        ("A3", "closed", "噪声"),
    ]
    assert rows[0][3] is None
    assert rows[1][3] not in (None, cell)
    assert rows[2][3] == cell


def test_an_import_leaves_every_other_table_alone(tmp_path, url):
    writer = database.create(url)
    with writer.begin() as connection:
        connection.execute(
            metadata.tables["areas"].insert().values(area_id="1", level="street", name="西乡街道", population=7)
        )
    writer.dispose()
    take(tmp_path, url, [row()])
    assert rows_of(url, "areas", "area_id", "name", "population") == [("1", "西乡街道", 7)]


def test_a_file_without_rows_is_an_import_too(tmp_path, url):
    result = take(tmp_path, url, [])
    assert (result.read, result.kept) == (0, 0)
    assert len(rows_of(url, "loads")) == 1


def test_the_facts_of_a_file_are_in_order_of_opening(tmp_path, file_url):
    days = [f"2023-{month:02d}-{day:02d}" for month in range(1, 13) for day in range(1, 29)]
    random.Random(7).shuffle(days)
    for part in (days[:200], days[200:]):
        take(tmp_path, file_url, [row(编号=f"A{day}", 登记时间=day) for day in part])
    with database.connect(file_url) as connection:
        stored = list(connection.scalars(select(complaints.c.opened_at)))
    assert len(stored) == len(days)
    assert stored == sorted(stored)


def test_the_demonstration_data_is_never_mixed_with_real_data(tmp_path, url):
    writer = database.create(url)
    with writer.begin() as connection:
        connection.execute(
            loads.insert().values(
                load_id="demonstration", target="cases", file="-", sha256="-", rows_read=0, rows_kept=0,
                rows_rejected=0, rows_superseded=0, loaded_at=datetime(2023, 12, 1),
            )
        )  # fmt: skip
    writer.dispose()
    with pytest.raises(IntakeError, match="COCKPIT_DATABASE_URL"):
        take(tmp_path, url, [row()])
    assert rows_of(url, "complaints") == []


def test_a_second_import_at_once_says_so(tmp_path, url):
    with claim(url), pytest.raises(IntakeError, match="Another import"):
        take(tmp_path, url, [row()])
    assert take(tmp_path, url, [row()]).kept == 1


def test_nothing_is_left_beside_the_file(tmp_path, file_url):
    (tmp_path / "facts.duckdb.import-dead").mkdir()
    (tmp_path / "facts.duckdb.import-dead" / "copy.duckdb").write_bytes(b"half")
    take(tmp_path, file_url, [row()])
    with pytest.raises(IntakeError):
        take(tmp_path, file_url, [row()], read="header = 7")
    left = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.glob("facts*/**/*"))
    assert sorted(path.name for path in tmp_path.glob("facts*")) == [
        "facts.duckdb", "facts.duckdb.lock", "facts.versions",
    ]  # fmt: skip
    assert left == ["facts.versions/0001.duckdb"]


def test_a_file_that_is_being_written_is_left_alone(tmp_path, file_url):
    take(tmp_path, file_url, [row()])
    (tmp_path / "facts.duckdb.wal").write_bytes(b"")
    with pytest.raises(IntakeError, match=r"facts\.duckdb\.wal"):
        take(tmp_path, file_url, [row()])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda folder: "duckdb:///:memory:", "names no file"),
        (lambda folder: f"duckdb:///{folder / 'no' / 'where.duckdb'}", "cannot be written"),
        (lambda folder: f"duckdb:///{folder / 'file.csv'}", "cannot be used"),
        (lambda folder: "sqlite:///x", "sqlite"),
        (lambda folder: "postgresql+psycopg://nobody@127.0.0.1:1/none", "none"),
    ],
)
def test_a_database_that_cannot_be_written_is_named(tmp_path, make, words):
    with pytest.raises(CockpitError, match=words):
        take(tmp_path, make(tmp_path), [row()])


def test_a_database_that_lacks_what_may_not_be_empty_is_left_as_it_was(tmp_path, file_url):
    writer = database.create(file_url)
    with writer.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE complaints DROP COLUMN category")
    writer.dispose()
    before = (tmp_path / "facts.duckdb").read_bytes()
    with pytest.raises(IntakeError, match="category"):
        take(tmp_path, file_url, [row()])
    assert (tmp_path / "facts.duckdb").read_bytes() == before


def test_a_path_may_hold_quotes_and_spaces(tmp_path):
    folder = tmp_path / "王's data"
    folder.mkdir()
    assert take(folder, f"duckdb:///{folder / 'facts.duckdb'}", [row()]).kept == 1


def test_progress_is_told_in_its_stages(tmp_path, url):
    (tmp_path / "file.csv").write_text(as_csv([HEADER, *(row(编号=f"A{i}") for i in range(25_000))]), "utf-8")
    (tmp_path / "mapping.toml").write_text(MAPPING.format(read="", more=""), "utf-8")
    told: list[tuple[str, int, int | None]] = []
    run(tmp_path / "file.csv", tmp_path / "mapping.toml", url, lambda *step: told.append(step))
    assert list(dict.fromkeys(stage for stage, _, _ in told)) == ["reading", "checking", "publishing"]
    size = (tmp_path / "file.csv").stat().st_size
    read_so_far = [done for stage, done, _ in told if stage == "reading"]
    assert read_so_far == sorted(read_so_far)
    assert 0 <= read_so_far[0] < read_so_far[len(read_so_far) // 2] < read_so_far[-1] == size
    assert told[-1] == ("publishing", 25_000, 25_000)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_command_says_what_became_of_the_rows(tmp_path, file_url, capsys, language):
    i18n.use(language)
    (tmp_path / "file.csv").write_text(as_csv([HEADER, row(), row(), row(编号="")]), "utf-8")
    (tmp_path / "mapping.toml").write_text(MAPPING.format(read='duplicates = "last"', more=""), "utf-8")
    command.take(tmp_path / "file.csv", tmp_path / "mapping.toml", file_url)
    first = capsys.readouterr().out.splitlines()[0]
    assert [int(word) for word in first.replace("：", " ").split() if word.isdigit()] == [3, 1, 1, 1]


KILLED = """
import sys
from cockpit.intake import run
run(sys.argv[1], sys.argv[2], sys.argv[3], lambda stage, done, total: print(stage, flush=True))
"""


def _counts(url: str) -> tuple[int, date, int]:
    """Rows, newest opening, imports: as a reader of the file sees them."""
    with database.connect(url) as connection:
        rows, newest = connection.execute(select(func.count(), func.max(complaints.c.opened_at))).one()
        return rows, newest, connection.scalar(select(func.count()).select_from(loads))


def test_a_killed_import_leaves_the_database_whole(tmp_path, file_url):
    """SIGKILL in every stage and between, while a reader asks: it sees the old rows or the new ones, never others."""
    take(tmp_path, file_url, [row(编号=f"OLD{i}") for i in range(100)])
    old = _counts(file_url)
    new_rows = [row(编号=f"NEW{i}", 登记时间="2023-12-01 10:00", 办结时间="") for i in range(40_000)]
    (tmp_path / "new.csv").write_text(as_csv([HEADER, *new_rows]), "utf-8")
    arguments = [sys.executable, "-c", KILLED, str(tmp_path / "new.csv"), str(tmp_path / "mapping.toml"), file_url]
    chance = random.Random(20231130)
    for stage in ("reading", "checking", "publishing", "publishing"):
        process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
        while (line := process.stdout.readline().strip()) not in (stage, ""):
            assert _counts(file_url) == old
        time.sleep(chance.uniform(0, 0.15))
        process.kill()
        process.wait()
        process.stdout.close()
        assert line == stage
        shutil.copy(tmp_path / "facts.duckdb", tmp_path / "seen.duckdb")
        seen = _counts(f"duckdb:///{tmp_path / 'seen.duckdb'}")
        assert _counts(file_url) == seen
        if seen != old:
            assert seen == (40_100, datetime(2023, 12, 1, 10), old[2] + 1)
            break
    run(tmp_path / "new.csv", tmp_path / "mapping.toml", file_url)
    assert _counts(file_url)[:2] == (40_100, datetime(2023, 12, 1, 10))
    assert not list(tmp_path.glob("facts.duckdb.import-*"))


MEASURED = """
import json, re, sys
from cockpit.intake import run
result = run(*sys.argv[1:])
# Not ru_maxrss: a child begins with what its parent had at the fork.
peak = int(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1]) / 1024
print(json.dumps({"kept": result.kept, "peak": peak}))
"""


def test_memory_does_not_grow_with_the_file(tmp_path):
    (tmp_path / "mapping.toml").write_text(MAPPING.format(read="", more=""), "utf-8")
    peaks = []
    for n in (60_000, 300_000):
        with (tmp_path / "file.csv").open("w", encoding="utf-8") as out:
            out.write(as_csv([HEADER]))
            for start in range(0, n, 20_000):
                out.write(as_csv([row(编号=f"A{i}", 类别=f"类别{i}") for i in range(start, start + 20_000)]))
        url = f"duckdb:///{tmp_path / f'{n}.duckdb'}"
        arguments = [sys.executable, "-c", MEASURED, str(tmp_path / "file.csv"), str(tmp_path / "mapping.toml"), url]
        answer = json.loads(subprocess.run(arguments, capture_output=True, text=True, check=True).stdout)
        assert answer["kept"] == n
        peaks.append(answer["peak"])
    assert peaks[1] < 1.5 * peaks[0]
    assert peaks[1] < 700
