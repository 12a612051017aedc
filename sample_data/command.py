"""``python -m cockpit sample``: build the demonstration database, whole or not at all."""

import os

from rich.console import Console
from sqlalchemy import Connection, func, select
from sqlalchemy.engine import make_url

from cockpit import database
from cockpit.errors import DatabaseError
from cockpit.i18n import _
from cockpit.intake.publishing import keep
from cockpit.intake.publishing.claim import alone
from queries.tables import loads, metadata
from queries.words import N_
from sample_data.build import SEED, build
from sample_data.quality import MARK


def make(url: str, seed: int = SEED, force: bool = False) -> None:
    """Build the demonstration in the database of ``url``; an older demonstration there is replaced.

    Raises DatabaseError where that database holds anything else, unless ``force`` says to replace that too, and
    IntakeError while an import runs.
    """
    parsed = database.parse(url)
    console = Console(stderr=True)
    with console.status(_("Building the demonstration data …")), alone(url):
        rows = _into_file(url, seed, force) if database.is_file(parsed) else _into_server(url, seed, force)
        keep.forget(url)
    console.print(
        _("Demonstration data built in {database}: {rows} rows, invented from seed {seed}.").format(
            database=make_url(url).render_as_string(hide_password=True), rows=f"{sum(rows.values()):,}", seed=seed
        ),
        markup=False,
        highlight=False,
        soft_wrap=True,
    )


def _into_file(url: str, seed: int, force: bool) -> dict[str, int]:
    """Into a new file beside it, published by a rename, so that readers never see half of it."""
    file = database.file_of(url)
    if file.exists() and not force:
        with database.connect(url) as connection:
            _refuse_real_data(connection, str(file))
    new = file.with_name(f".{file.name}.{os.getpid()}")
    new.unlink(missing_ok=True)
    try:
        engine = database.create(str(database.parse(url).set(database=str(new))))
        with engine.begin() as connection:
            rows = build(connection, seed)
        engine.dispose()
        os.replace(new, file)
    finally:
        new.unlink(missing_ok=True)
    return rows


def _into_server(url: str, seed: int, force: bool) -> dict[str, int]:
    """In one transaction, so that readers see the old rows until all new ones are there."""
    engine = database.create(url)
    try:
        with engine.begin() as connection:
            if not force:
                _refuse_real_data(connection, str(engine.url.database))
            for table in reversed(metadata.sorted_tables):
                connection.execute(table.delete())
            return build(connection, seed)
    finally:
        engine.dispose()


def _refuse_real_data(connection: Connection, name: str) -> None:
    """Raises DatabaseError unless the database is empty or holds the demonstration alone."""
    if connection.execute(select(func.count()).where(~loads.c.load_id.startswith(MARK))).scalar_one():
        raise DatabaseError(
            N_(
                "{database} holds imported data. The demonstration does not go there: set "
                "COCKPIT_DATABASE_URL to another database, or use --force to replace everything."
            ),
            database=name,
        )
