"""Staged rows → the rows of their table: new ones are added, of known ones the columns that the file fills replaced."""

from collections.abc import Sequence

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    DefaultClause,
    Executable,
    MetaData,
    Select,
    Table,
    and_,
    exists,
    func,
    insert,
    inspect,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from cockpit.errors import IntakeError
from cockpit.intake import contract
from cockpit.intake.checking import casts
from queries.words import N_

JOINING = "384MB"
"""Two joins run at once, which cannot do with less the more rows there are: 4 million known ones take 256 MB."""


def write(connection: Connection, target: Table, staged: Table, replaced: Sequence[str], known: bool = True) -> None:
    """Into ``target``, in the connection's transaction. ``replaced``: the columns that a known row takes over;
    ``known``: False where it is sure that none of the rows is."""
    if connection.dialect.name == "duckdb":
        _rewrite(connection, target, staged, replaced, known)
    else:
        connection.execute(_upsert(target, staged, replaced))


def same_key(target: Table, staged: Table) -> ColumnElement[bool]:
    return and_(*(target.c[key] == staged.c[key] for key in contract.keys(target)))


def differs(target: Table, staged: Table, replaced: Sequence[str]) -> ColumnElement[bool]:
    """Would the staged row change the known one?"""
    return or_(*(target.c[name].is_distinct_from(staged.c[name]) for name in replaced))


def require_columns(connection: Connection, target: Table, staged: Table) -> None:
    """Raises IntakeError where the database is older than the contract."""
    present = {column["name"] for column in inspect(connection).get_columns(target.name)}
    if missing := [name for name in staged.columns.keys() if name not in present]:
        raise IntakeError(
            N_(
                "The database is of an older version: its table {table} has no {columns}. Import into a new one, "
                "or see docs/databases.md."
            ),
            table=target.name,
            columns=", ".join(missing),
        )


def without_key(connection: Connection, table: Table, rows: Select | None = None) -> None:
    """The table anew without its primary key, with ``rows`` instead of its own.

    DuckDB would hold the key's index in memory, which grows with the table (4 million rows: 160 s with it, 20 s
    without). That each key is there once is sure from how the rows are put together.
    """
    columns = [
        Column(c.name, c.type, nullable=c.nullable, comment=c.comment, server_default=_default(c))
        for c in table.columns
    ]
    anew = Table(f"{table.name} anew", MetaData(), *columns, comment=table.comment)
    anew.create(connection)
    connection.execute(insert(anew).from_select(table.columns.keys(), select(table) if rows is None else rows))
    table.drop(connection)
    connection.exec_driver_sql(f"ALTER TABLE {casts.name(anew.name)} RENAME TO {casts.name(table.name)}")


def has_key(connection: Connection, table: Table) -> bool:
    return bool(inspect(connection).get_pk_constraint(table.name)["constrained_columns"])


def _rewrite(connection: Connection, target: Table, staged: Table, replaced: Sequence[str], known: bool) -> None:
    """The whole table in order of opening, so that a reader of one month skips most of the file."""
    if known:
        connection.exec_driver_sql(f"SET memory_limit = '{JOINING}'")
    coming = _coming(target, staged, replaced) if known else _new(target, staged)
    rows = union_all(coming, _staying(target, staged) if known else select(*target.columns)).subquery()
    order = (rows.c.opened_at,) if "opened_at" in rows.c else tuple(rows.c[key] for key in contract.keys(target))
    without_key(connection, target, select(rows).order_by(*order))


def _default(column: Column) -> str | None:
    return str(column.server_default.arg) if isinstance(column.server_default, DefaultClause) else None


def _new(target: Table, staged: Table) -> Select:
    """The staged rows, none of which is known."""
    values = (staged.c[c.name] if c.name in staged.c else literal(_default(c)).label(c.name) for c in target.columns)
    return select(*values)


def _coming(target: Table, staged: Table, replaced: Sequence[str]) -> Select:
    """The staged rows; what the file does not fill stays as the row of the same key has it."""
    taken = {*replaced, *contract.keys(target)}

    def value(column: Column) -> ColumnElement:
        new = staged.c[column.name] if column.name in staged.c else literal(_default(column))
        return new if column.name in taken else func.coalesce(column, new).label(column.name)

    return select(*map(value, target.columns)).select_from(staged.outerjoin(target, same_key(target, staged)))


def _staying(target: Table, staged: Table) -> Select:
    return select(*target.columns).where(~exists().where(same_key(target, staged)))


def _upsert(target: Table, staged: Table, replaced: Sequence[str]) -> Executable:
    """A row that would stay as it is is not written again: the server would keep both copies of it for a while."""
    keys = contract.keys(target)
    statement = upsert(target).from_select(staged.columns.keys(), select(*staged.columns))
    if not replaced:
        return statement.on_conflict_do_nothing(index_elements=keys)
    changes = {name: statement.excluded[name] for name in replaced}
    different = or_(*(target.c[name].is_distinct_from(new) for name, new in changes.items()))
    return statement.on_conflict_do_update(index_elements=keys, set_=changes, where=different)
