"""What was issued: one row a briefing in the state database, and what was revised since."""

import getpass
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, func, select

from cockpit import format, session, state
from cockpit.answers import week_name
from cockpit.briefing.document import Briefing, Figure, name_parts
from cockpit.deadlines.wording import LABELS
from cockpit.errors import UnknownValue
from cockpit.i18n import _, language
from cockpit.state import briefings
from queries.filters import Filters, add_months
from queries.funnel import PLACES
from queries.measures import MEASURES
from queries.words import N_

SCHEDULE = "schedule"
TABLES = {
    "cases": N_("Disputes"),
    "complaints": N_("Complaints"),
    "deadlines": N_("Deadlines"),
    "funnel": N_("Funnel"),
    "letters": N_("Letters that urge a body to act"),
}
KEYS = PLACES | {
    "entered": N_("Entered"),
    "late": N_("Overdue, by law or by the source"),
    "due_soon": N_("Due within 7 days"),
    "standing": N_("Pending"),
    "cluster": N_("Cluster"),
    "cluster_expected": N_("Cluster, expected"),
    "unplaced": N_("Without coordinates"),
}
PARTS = {
    "when": {"previous": N_("Period before")},
    "limits": {"lower": N_("Lower limit"), "upper": N_("Upper limit")},
    "kind": {"cases": N_("Disputes"), "complaints": N_("Complaints")},
    "state": LABELS,
}


@dataclass(frozen=True)
class Issued:
    """One row of the register. ``issued_at``: UTC. ``filters``: scope, period and data date of then.

    ``rows``: whether it was made for a viewer who may see rows, so that its figures hide nothing. ``equals``: number of
    the first row with the same scope, period and figures; None where this is the first.
    """

    id: int
    issued_at: datetime
    by: str
    filters: Filters
    period: str
    language: str
    version: str
    formats: tuple[str, ...]
    hash: str
    figures: tuple[Figure, ...]
    equals: int | None
    rows: bool

    @property
    def comparable(self) -> bool:
        """May this viewer see the figures of then? They tell more than the page where rows could be seen then only."""
        return not self.rows or session.viewer().rows


def issue(briefing: Briefing, formats: Iterable[str], by: str | None = None) -> int:
    """Write down that a briefing was issued, in the language of now; its number. Raises DatabaseError.

    ``by``: default the user of the operating system.
    """
    with issuing(briefing, formats, by) as number:
        return number


@contextmanager
def issuing(briefing: Briefing, formats: Iterable[str], by: str | None = None) -> Iterator[int]:
    """The same around a block: where the block fails, nothing was written down."""
    row = _row(briefing, formats, by or user())
    with state.begin() as connection:
        yield _insert(connection, row)


def _insert(connection: Connection, row: dict[str, Any]) -> int:
    same = [briefings.c[name] == row[name] for name in ("hash", "start", "end", "streets", "categories", "channels")]
    same.append(briefings.c.district.is_not_distinct_from(row["district"]))
    equals = connection.scalar(select(func.min(briefings.c.id)).where(*same))
    return connection.execute(briefings.insert().values(**row, equals=equals).returning(briefings.c.id)).scalar_one()


def _row(briefing: Briefing, formats: Iterable[str], by: str) -> dict[str, Any]:
    chosen = briefing.filters
    lists = {"streets": chosen.streets, "categories": chosen.categories, "channels": chosen.channels}
    figures = {one.name: _numbers(one) for one in briefing.figures}
    texts = {**lists, "scope": chosen.scope, "formats": tuple(formats), "figures": figures}
    return {name: json.dumps(value, ensure_ascii=False) for name, value in texts.items()} | {
        "issued_at": datetime.now(UTC).replace(tzinfo=None),
        "issued_by": by,
        "district": chosen.district,
        "start": chosen.start,
        "end": chosen.end,
        "period": period_code(chosen),
        "data_date": chosen.data_date,
        "language": language(),
        "version": briefing.version,
        "hash": briefing.hash,
        "rows": briefing.rows,
    }


def _numbers(figure: Figure) -> list[float | None]:
    """Value, numerator and denominator; None for what is not known."""
    numbers = (figure.value, figure.numerator, figure.denominator)
    return [None if format.missing(number) else float(number) for number in numbers]  # type: ignore[arg-type]


def user() -> str:
    """Who runs this process."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user without a name, as in some containers
        return "?"


def period_code(filters: Filters) -> str:
    """2023-W47, 2023-11, 2023-03..2023-09, or 2023-11-06..2023-11-15."""
    if filters.is_week:
        return week_name(filters.start)
    if not filters.whole_months:
        return f"{filters.start}..{filters.end}"
    first, last = f"{filters.start:%Y-%m}", f"{filters.end:%Y-%m}"
    return first if add_months(filters.start, 1) > filters.end else f"{first}..{last}"


# --- reading it -------------------------------------------------------------------------------------------------------


def issued(limit: int = 20) -> list[Issued]:
    """The newest rows first."""
    with state.begin() as connection:
        rows = connection.execute(select(briefings).order_by(briefings.c.id.desc()).limit(limit)).all()
    return [_issued(row) for row in rows]


def find(id: int) -> Issued:
    """One row; UnknownValue with the nearest number where there is none."""
    with state.begin() as connection:
        row = connection.execute(select(briefings).where(briefings.c.id == id)).one_or_none()
        distance = func.abs(briefings.c.id - id)
        near = connection.scalar(select(briefings.c.id).order_by(distance, briefings.c.id).limit(1))
    if row is not None:
        return _issued(row)
    if near is None:
        raise UnknownValue(N_("The register is empty: no briefing was issued yet."))
    raise UnknownValue(N_("No briefing has the number {id}; the nearest is {near}."), id=id, near=near)


def _issued(row: Row) -> Issued:
    streets, categories, channels, scope = (
        json.loads(text) for text in (row.streets, row.categories, row.channels, row.scope)
    )
    return Issued(
        row.id,
        row.issued_at,
        row.issued_by,
        Filters(
            row.start,
            row.end,
            row.data_date,
            row.district,
            tuple(streets),
            tuple(categories),
            tuple(channels),
            None if scope is None else tuple(scope),
        ),
        row.period,
        row.language,
        row.version,
        tuple(json.loads(row.formats)),
        row.hash,
        tuple(Figure(name, *numbers) for name, numbers in json.loads(row.figures).items()),
        row.equals,
        row.rows,
    )


# --- what was revised -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Revision:
    """A figure that differs. ``before`` is None for a new one, ``now`` for one that is gone; a figure whose value is
    None was or is hidden, or not defined."""

    name: str
    before: Figure | None
    now: Figure | None

    @property
    def kind(self) -> Literal["revised", "new", "gone"]:
        return "new" if self.before is None else "gone" if self.now is None else "revised"


def compare(old: Iterable[Figure], new: Iterable[Figure]) -> list[Revision]:
    """One Revision a figure that differs in value, numerator or denominator: the old ones in their order, then new
    ones in theirs."""
    before, now = ({one.name: Figure(one.name, *_numbers(one)) for one in figures} for figures in (old, new))
    names = dict.fromkeys([*before, *now])
    return [Revision(name, before.get(name), now.get(name)) for name in names if before.get(name) != now.get(name)]


def kept_back(row: Issued) -> str:
    """Why the figures of a row are not compared."""
    return _(
        "No. {id} was issued with small counts, which may not be shown here, so it is not compared. What is issued "
        "from now on can be."
    ).format(id=row.id)


def label(name: str) -> str:
    """纠纷 · 受理量 · 西乡街道 instead of cases.received@street=西乡街道; a key that is no measure stands as it is."""
    key, parts = name_parts(name)
    return " · ".join(_one_line(word) for word in [*_of_key(key), *(_of_part(*part) for part in parts)])


def _of_key(key: str) -> Iterator[str]:
    table, dot, rest = key.partition(".")
    if dot and table in TABLES:
        yield _(TABLES[table])
        key = rest
    measured = {} if table == "funnel" else MEASURES  # where a case went is called as on the funnel page
    yield _(measured[key].label if key in measured else KEYS.get(key, key))


def _of_part(what: str, value: str) -> str:
    return _(PARTS[what][value]) if value in PARTS.get(what, ()) else value


def _one_line(text: str) -> str:
    return " ".join(text.split())


def shown(figure: Figure | None) -> str:
    """312 件; 96.8%（1,203 ÷ 1,243）; — for what is hidden or not defined."""
    if figure is None:
        return _("not listed")
    if figure.value is None or format.missing(figure.value):
        return format.DASH
    measure = MEASURES.get(name_parts(figure.name)[0].rpartition(".")[2])
    text = _exact(figure.value, measure.unit if measure else None)
    if figure.numerator is None or figure.denominator is None:
        return text
    return _("{value} ({numerator} ÷ {denominator})").format(
        value=text, numerator=_exact(figure.numerator), denominator=_exact(figure.denominator)
    )


def _exact(value: float, unit: str | None = None) -> str:
    """Digit by digit where the briefing rounds to 万, so that a small revision is seen."""
    if unit in (None, "count", "cny"):
        return format.number(value, 0 if float(value).is_integer() else 2)
    return format.text(value, unit) if unit != "share" else format.share(value, 2)


def local(moment: datetime) -> datetime:
    """A moment of the register by this machine's clock."""
    return moment.replace(tzinfo=UTC).astimezone().replace(tzinfo=None, microsecond=0)
