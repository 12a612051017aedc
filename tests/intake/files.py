"""Small foreign files and mappings, as a clerk would send them."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from cockpit import clock, database
from cockpit.intake import LoadResult, run
from queries.tables import complaints, loads, metadata

MAPPING = """
table = "complaints"
[read]
{read}
[columns]
complaint_id = "编号"
opened_at = "登记时间"
closed_at = "办结时间"
status = "状态"
street = "街道"
satisfied = "满意"
people_count = "人数"
lon = "经度"
lat = "纬度"
category = "类别"
channel = "渠道"
[constants]
district = "宝安区"
[values.status]
"办结" = "closed"
"在办" = "open"
{more}
"""
HEADER = ("编号", "登记时间", "办结时间", "状态", "街道", "满意", "人数", "经度", "纬度", "类别", "渠道")
GOOD = ("A1", "2023-11-01 09:00", "2023-11-03", "办结", "西乡街道", "是", "3", "113.86", "22.58", "噪声", "12345")


def row(**changes: str) -> tuple[str, ...]:
    """The good row, with some of its cells changed."""
    return tuple(changes.get(name, cell) for name, cell in zip(HEADER, GOOD, strict=True))


def as_csv(rows: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def take(
    folder: Path, url: str, rows: Sequence[Sequence[str]], read: str = "", more: str = "", **options: Any
) -> LoadResult:
    """Import ``rows`` under the usual header and mapping; ``options`` are those of ``run``."""
    (folder / "file.csv").write_bytes(as_csv([HEADER, *rows]).encode())
    (folder / "mapping.toml").write_text(MAPPING.format(read=read, more=more), "utf-8")
    return run(folder / "file.csv", folder / "mapping.toml", url, **options)


def rows_of(url: str, table: str, *columns: str) -> list[tuple]:
    """The rows of a table, in the order of their first column."""
    of = metadata.tables[table]
    chosen = [of.c[column] for column in columns] or list(of.columns)
    with database.connect(url) as connection:
        return [tuple(found) for found in connection.execute(select(*chosen).order_by(chosen[0]))]


def invented(url: str) -> None:
    """A demonstration of one complaint."""
    writer = database.create(url)
    with writer.begin() as connection:
        connection.execute(
            insert(loads).values(
                load_id="demonstration", target="cases", file="-", sha256="-", rows_read=1, rows_kept=1,
                rows_rejected=0, rows_superseded=0, loaded_at=clock.now(),
            )
        )  # fmt: skip
        connection.execute(
            insert(complaints).values(
                complaint_id="D1", district="示范区", channel="12345", category="噪声", opened_at=clock.now(),
                status="open",
            )
        )  # fmt: skip
    writer.dispose()
