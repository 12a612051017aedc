"""The fast road and the other one: the same records from every file that the fast one takes."""

import csv
import io
import random
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.errors import IntakeError
from cockpit.intake.mapping import Reading
from cockpit.intake.reading import read, regular, store
from cockpit.intake.reading.arrival import arrive

PIECES = [
    b"a", b" ", b",", b",", b'"', b'"', b"\n", b"\n", b"\r\n", b"\r", "中".encode(), b"\\", b"#", b"'", b'""', b"x,y\n",
    b'"q",z\n', b"NULL", b"\0", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", "\u2028\u00a0".encode(),
    b"\x0b\x1c\x1a", b'","',
]  # fmt: skip
CELLS = [
    b"a", b"", b" a ", b'"a ""b"" c"', b'"x\ny"', b'"x\r\ny"', b'"x\ry"', '"中,"'.encode(), b'"  "', b'""', b"'", b"\\",
    b'"\\"', b"#c", b'"#"', b"5\x0b", b"\t", b"NULL", b'"\n"', b'"\n\n"', b'"""x"""', b'""""', b'"a"" , ""b"',
    b"\xef\xbb\xbf",
]  # fmt: skip
HEADERS = [b"a,b", b'"a","b"', b"\xef\xbb\xbfa,b", b'"a\nx",b', b'"a ""x",b', b'5" pipe,b', b'\xef\xbb\xbf"a","b"']


@st.composite
def regular_files(draw) -> bytes:
    """Mostly regular: now and then a row has a cell too many."""
    end = draw(st.sampled_from([b"\n", b"\r\n"]))
    row = st.lists(st.sampled_from(CELLS), min_size=2, max_size=2) | st.lists(
        st.sampled_from(CELLS), min_size=1, max_size=3
    )
    rows = [b",".join(cells) for cells in draw(st.lists(row, max_size=6))]
    return end.join([draw(st.sampled_from(HEADERS)), *rows]) + draw(st.sampled_from([b"", end, end * 3]))


ANY = st.builds(
    lambda header, pieces: header + b"\n" + b"".join(pieces),
    st.sampled_from(HEADERS), st.lists(st.sampled_from(PIECES), max_size=14),
)  # fmt: skip


def taken(file: Path, by_row: bool) -> tuple:
    """What one of the roads makes of a file: the table, its size, what was noted."""
    heading = read._heading(file, Reading(delimiter=","), "file")
    body = regular.Body(file, heading.lines, heading.start, len(heading.names), 2, ",")
    noted: Counter[str] = Counter()
    with TemporaryDirectory() as folder, store.writing(Path(folder) / "x.duckdb", body.width) as connection:
        if by_row:
            count = read._loaded_by_row(connection, body, noted, lambda _: None)
        elif not heading.clean:
            raise regular.Irregular
        else:
            count, blank = regular.load(connection, body, lambda _: None)
            empty = store.drop_blank(connection, body.width)
            count, noted = count - empty, Counter({"blank_rows": blank + empty})
        return count, connection.execute("FROM records ORDER BY line").fetchall(), +noted


@settings(max_examples=200, deadline=None)
@given(data=regular_files() | ANY)
def test_both_roads_lead_to_the_same_table(data):
    with TemporaryDirectory() as folder:
        file = Path(folder) / "file.csv"
        file.write_bytes(data)
        try:
            fast = taken(file, by_row=False)
        except regular.Irregular:
            return
        assert fast == taken(file, by_row=True)


@pytest.fixture
def file(tmp_path):
    def write(data: bytes) -> Path:
        (tmp_path / "file.csv").write_bytes(data)
        return tmp_path / "file.csv"

    return write


@pytest.mark.parametrize("data", [
    b"a,b\n1,2\n", b"a,b\r\n1,2\r\n3,4", b'a,b\n"x\ny","say ""no"""\n', b"\xef\xbb\xbfa,b\n1,2\n", b"a,b\n1,\n,\n,2\n",
    b'"a","b"\n"",""\n', b"a,b\n1,2\n\n", b"a,b\r\n1,2\r\n\r\n\r\n", "编号,街道\n1,西乡街道\n".encode() * 3, b"a,b\n",
])  # fmt: skip
def test_a_regular_file_takes_the_fast_road(file, data):
    assert taken(file(data), by_row=False) == taken(file(data), by_row=True)


@pytest.mark.parametrize("data", [
    b"a\n1\n", b"a,b\n1\n", b"a,b\n1,2,3\n", b"a,b\n\n1,2\n", b"a,b\n1,2\n\n3,4\n", b"a,b\r\n1,2\n",
    b"a,b\n1,2\r\n3,4\n",
    b"a,b\r1,2\r3,4\r", b'a,b\n1,x"y"\n', b'a,b\n1, "y"\n', b'a,b\n1,"x" \n', b'a,b\n1,"x"y\n', b"a,b\n1,\0\n",
    b"a,b\n1,\xff\n",
    b"a,b\n1,\xed\xa0\x80\n", b'a,b\n1,"2', b'a,b\n1,2"\n3,"4', b"a,b\n1," + b"x" * (1 << 20),
])  # fmt: skip
def test_what_is_not_regular_does_not(file, data):
    with pytest.raises(regular.Irregular):
        taken(file(data), by_row=False)


def table(rows: int) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["编号", "内容", "街道"])
    some = random.Random(5)
    writer.writerows((i, "行\n" * some.randrange(3) + "x" * some.randrange(40), "西乡街道") for i in range(rows))
    return text.getvalue().encode()


def test_a_million_records_come_in_the_order_of_the_file(file, tmp_path):
    arrival = arrive(file(table(1_000_000)), tmp_path)[0]
    told: list[float] = []
    records = read.read(arrival, Reading(), tmp_path, lambda _stage, done, total: told.append(done / (total or 1)))
    with duckdb.connect() as connection:
        records.into(connection)
        wrong = "SELECT count(*) FROM records WHERE line <> c0::BIGINT + 2 OR surplus IS NOT NULL OR c2 <> '西乡街道'"
        assert connection.execute(wrong).fetchone() == (0,)
        assert connection.execute("SELECT count(DISTINCT line) FROM records").fetchone() == (1_000_000,)
    assert records.count == 1_000_000
    assert told == sorted(told)
    assert told[-1] == 1
    assert len(set(told)) > 10


@pytest.mark.parametrize("share", [0.01, 0.5])
def test_who_stops_it_stops_it_at_once_and_leaves_no_table(file, share):
    path = file(table(200_000))
    heading = read._heading(path, Reading(), "file")
    body = regular.Body(path, heading.lines, heading.start, 3, 2, ",")

    def stop(done: float) -> None:
        if done >= share:
            raise KeyboardInterrupt

    with store.writing(path.with_name("x.duckdb"), 3) as connection:
        with pytest.raises(KeyboardInterrupt):
            regular.load(connection, body, stop)
        assert connection.execute("SHOW TABLES").fetchall() == []


def test_the_scan_sees_across_its_blocks(monkeypatch, file):
    """Each block of a few bytes, so that quotes and line ends fall on every place of it."""
    data = b'a,b\r\n"x\r\n""y""",2\r\n"",""\r\n3,"4\n"\r\n'
    expected = taken(file(data), by_row=True)
    for size in range(1, 12):
        monkeypatch.setattr(regular, "BLOCK", size)
        assert taken(file(data), by_row=False) == expected
        with pytest.raises(regular.Irregular):
            taken(file(data + b"\r\n5,6\r\n"), by_row=False)
        with pytest.raises(regular.Irregular):
            taken(file(data + b'"x'), by_row=False)


def test_a_wide_file_is_read(file, tmp_path):
    names = ",".join(f"n{i}" for i in range(500))
    row = ",".join(map(str, range(500)))
    arrival = arrive(file("\n".join([names, *[row] * 5_000]).encode()), tmp_path)[0]
    assert read.read(arrival, Reading(), tmp_path, lambda *_: None).count == 5_000


def test_a_record_that_no_cell_limit_forbids_is_read_whole(file, tmp_path):
    """Five cells of half a million characters: beyond one buffer of the fast road."""
    cell = "长" * 200_000
    arrival = arrive(file(f'a,b,c\n1,{cell},2\n3,"{cell}\n{cell}",4\n'.encode()), tmp_path)[0]
    records = read.read(arrival, Reading(), tmp_path, lambda *_: None)
    with duckdb.connect() as connection:
        records.into(connection)
        assert connection.execute("SELECT length(c1) FROM records ORDER BY line").fetchall() == [(200_000,), (400_001,)]


def test_a_cell_beyond_all_measure_is_refused(file, tmp_path):
    arrival = arrive(file(b'a,b\n1,"' + b"xxxxxxx\n" * 200_000 + b'"\n'), tmp_path)[0]
    with pytest.raises(IntakeError, match="cannot be read"):
        read.read(arrival, Reading(), tmp_path, lambda *_: None)
