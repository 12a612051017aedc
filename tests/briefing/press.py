"""What the tests of schedules share: a schedule, and a press that knows two districts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from cockpit.answers import known
from cockpit.briefing import schedule
from cockpit.briefing.document import Block, Briefing, Figure, Words, strong
from cockpit.briefing.schedule import Job, Schedule
from queries.filters import Filters

STREETS = {"示范区": ("云山街道", "松岭街道"), "宝安区": ("西乡街道",)}
DATA_DATE = datetime(2023, 12, 1)
SCHEDULE = """
formats = ["pdf", "png"]
[[scope]]
district = "示范区"
each_street = true
to = ["a@example.org"]
[[scope]]
district = "宝安区"
streets = ["西乡街道"]
to = ["b@example.org", "c@example.org"]
[mail]
from = "cockpit@example.org"
on_failure = ["admin@example.org"]
"""


@dataclass
class Press:
    """Knows two districts and makes a small briefing; ``spoilt``: street → what happens instead."""

    spoilt: Mapping[str, Callable[[], None]] = field(default_factory=dict)
    made: list[Job] = field(default_factory=list)

    def streets(self, district: str | None) -> tuple[str, ...]:
        return STREETS[known(str(district), STREETS, "district")]

    def filters(self, job: Job) -> Filters:
        names = self.streets(job.district)
        streets = tuple(known(street, names, "street") for street in job.streets)
        return Filters(date(2023, 11, 20), date(2023, 11, 26), DATA_DATE, job.district, streets)

    def make(self, job: Job, filters: Filters) -> tuple[Briefing, dict[str, bytes]]:
        self.made.append(job)
        for street in job.streets:
            self.spoilt.get(street, lambda: None)()
        words = Words((f"{filters.streets or filters.district} 受理 {strong('312')} 件",))
        blocks = (Block("kpis", "", (Words(("not this",)),)), Block("headline", "", (words,)))
        briefing = Briefing(
            "周报", filters, blocks, (Figure("cases.received", 312.0),), "v1", "演示数据·虚构", DATA_DATE
        )
        drawn = {f".{name}": f"{name} of {job.name}".encode() for name in job.formats}
        return briefing, drawn | {"_1_headline.png": b"png"}


def read(folder: Path, text: str) -> Schedule:
    (folder / "schedule.toml").write_text(text, encoding="utf-8")
    return schedule.load(folder / "schedule.toml")
