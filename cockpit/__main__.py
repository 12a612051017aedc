"""The command line: python -m cockpit …"""

import csv
import json
import logging
import sys
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from cockpit import database, i18n, versions
from cockpit.answers import PERIODS, answer, known
from cockpit.choice import bounds
from cockpit.errors import CockpitError, UnknownValue
from cockpit.settings import settings
from queries import catalogue
from queries.filters import Filters
from queries.measures import MEASURES
from queries.sources import SOURCES
from queries.words import N_

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="治理驾驶舱: figures, demonstration data, import and the server.",
)


class Format(StrEnum):
    table = "table"
    csv = "csv"
    json = "json"


@cli.command()
def measure(
    key: Annotated[str, typer.Argument(help="a key of docs/measures.md, such as received or resolution_rate")],
    table: Annotated[
        str | None, typer.Option(help="cases or complaints; default: the one that has the measure and rows")
    ] = None,
    by: Annotated[str | None, typer.Option(help="a dimension: street, category, month, week …")] = None,
    start: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="first day")] = None,
    end: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="last day")] = None,
    district: Annotated[str | None, typer.Option(help="one district")] = None,
    street: Annotated[list[str] | None, typer.Option(help="a street; may be repeated")] = None,
    category: Annotated[list[str] | None, typer.Option(help="a category; may be repeated")] = None,
    channel: Annotated[list[str] | None, typer.Option(help="a channel; may be repeated")] = None,
    version: Annotated[int | None, typer.Option(help="a kept version of the data; default: the newest")] = None,
    format: Annotated[Format, typer.Option(help="how to print it")] = Format.table,
) -> None:
    """Print one measure. The period is all the data unless --from and --to say otherwise."""

    def ask(question, *arguments):
        return database.fetch(question(*arguments), versions.facts_url())

    if version is not None:
        versions.choose(version)
    facts = _table(ask, key, table)
    reach = bounds(ask, (facts,))
    if reach is None:
        filters = Filters(date.today(), date.today(), datetime.now())
    else:
        chosen = _chosen(ask, facts, district=district, street=street, category=category, channel=channel)
        filters = Filters(
            start.date() if start else reach.first, end.date() if end else reach.last, reach.data_date, **chosen
        )
    if filters.end < filters.start:
        raise UnknownValue(
            N_("The period ends before it begins: --from {start} lies after --to {end}."),
            start=filters.start,
            end=filters.end,
        )
    records = answer(ask, key, facts, filters, by, settings().first_weekday)
    _print([] if reach is None and by in PERIODS else records, format, by)


def _table(ask, key: str, name: str | None):
    tables = MEASURES[known(key, MEASURES, N_("measure"))].tables
    if name is not None:
        return SOURCES[known(name, SOURCES, N_("table"))]
    filled = [name for name in tables if bounds(ask, (SOURCES[name],)) is not None]
    return SOURCES[(filled or tables)[0]]


def _chosen(ask, facts, *, district, **lists) -> dict:
    """The filters of the command line, each value checked against what the data hold."""
    chosen: dict = {}
    if district is not None:
        chosen["district"] = known(district, ask(catalogue.values_of, facts, "district")["value"], N_("district"))
    for column, plural in ((N_("street"), "streets"), (N_("category"), "categories"), (N_("channel"), "channels")):
        values = lists[column] or []
        if values:
            names = list(ask(catalogue.values_of, facts, column)["value"])
            chosen[plural] = tuple(known(value, names, column) for value in values)
    return chosen


def _print(records: list[dict], format: Format, by: str | None) -> None:
    if format is Format.json:
        print(json.dumps(records, ensure_ascii=False))
        return
    columns = list(records[0]) if records else [*([by] if by else []), "value"]
    if format is Format.csv:
        writer = csv.DictWriter(sys.stdout, columns)
        writer.writeheader()
        writer.writerows(records)
        return
    grid = Grid(*columns)
    for record in records:
        cells = ("—" if record[name] is None else _shown(record[name]) for name in columns)
        grid.add_row(*(Text(cell, overflow="fold") for cell in cells))
    Console().print(grid)


def _shown(value) -> str:
    if isinstance(value, float):
        return f"{value:,.4f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


@cli.command()
def sample(
    seed: Annotated[int, typer.Option(help="same seed, same rows")] = 20231130,
    force: Annotated[bool, typer.Option(help="replace a demonstration that is there")] = False,
) -> None:
    """Build the invented demonstration data in the database of COCKPIT_DATABASE_URL."""
    from sample_data.command import make

    make(settings().database_url, seed, force)


@cli.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="CSV, .csv.gz or XLSX", exists=True, dir_okay=False)],
    mapping: Annotated[
        Path, typer.Option(help="how its columns become ours (docs/intake.md)", exists=True, dir_okay=False)
    ],
    again: Annotated[bool, typer.Option("--again", help="even if the same content was loaded before")] = False,
    replace_demonstration: Annotated[
        bool, typer.Option("--replace-demonstration", help="in the place of the invented demonstration")
    ] = False,
) -> None:
    """Import a file: read, check, publish at once or not at all."""
    from cockpit.intake.command import take

    take(file, mapping, settings().database_url, again, replace_demonstration)


@cli.command("versions")
def list_versions(
    format: Annotated[Format, typer.Option(help="how to print it")] = Format.table,
) -> None:
    """List the versions of the data: who made which, from what, and what it changed."""
    from cockpit.version_list import records

    _print(records(settings().database_url, spoken=format is Format.table), format, None)


@cli.command()
def rollback(number: Annotated[int, typer.Argument(help="the version that is to come back")]) -> None:
    """Bring a version of the data back, as a new version."""
    made = versions.rollback(settings().database_url, number)
    print(i18n._("Version {number} is back, as version {made}.").format(number=number, made=made))


@cli.command("figures")
def published_figures(
    format: Annotated[Format, typer.Option(help="how to print it")] = Format.table,
) -> None:
    """Hold the published figures against the demonstration; exits with 1 where one does not hold."""
    from cockpit.figures.command import computed, records

    found = computed(settings().database_url)
    _print(records(found, spoken=format is Format.table), format, None)
    sys.exit(1 if any(one.state == "differs" for one in found) else 0)


@cli.command()
def upgrade() -> None:
    """Give a database of an earlier cockpit the tables and columns that it lacks."""
    made = versions.upgrade(settings().database_url)
    if made is None:
        print(i18n._("Nothing is missing."))
    else:
        print(i18n._("What was missing was added, as version {made}.").format(made=made))


@cli.command()
def watch(
    folder: Annotated[Path, typer.Argument(help="where the files arrive", exists=True, file_okay=False)],
    mapping: Annotated[
        list[Path],
        typer.Option(help="as of import; may be repeated, the first that fits is taken", exists=True, dir_okay=False),
    ],
    once: Annotated[bool, typer.Option("--once", help="take what is complete, then end")] = False,
    every: Annotated[float, typer.Option(help="seconds between two looks", min=0.1, max=3600)] = 10,
) -> None:
    """Import what arrives in a folder, each file once, until it is stopped (docs/intake.md)."""
    from cockpit.intake.watch import watch

    sys.exit(0 if watch(folder, mapping, settings().database_url, every, once) else 1)


@cli.command()
def brief(
    week: Annotated[
        str | None, typer.Option(help="an ISO week, such as 2023-W47; default: the newest full one")
    ] = None,
    month: Annotated[str | None, typer.Option(help="a month instead, such as 2023-11")] = None,
    district: Annotated[str | None, typer.Option(help="one district; default: the first")] = None,
    street: Annotated[list[str] | None, typer.Option(help="a street; may be repeated")] = None,
    category: Annotated[list[str] | None, typer.Option(help="a category; may be repeated")] = None,
    channel: Annotated[list[str] | None, typer.Option(help="a channel; may be repeated")] = None,
    out: Annotated[Path, typer.Option(help="folder for the files", file_okay=False)] = Path(),
    formats: Annotated[str, typer.Option("--format", help="pdf, png, pptx, docx, with commas between them")] = "pdf",
    lang: Annotated[str | None, typer.Option(help="zh or en; default: COCKPIT_LANGUAGE")] = None,
    layout: Annotated[str, typer.Option(help="a saved layout")] = "standard",
    version: Annotated[int | None, typer.Option(help="a kept version of the data; default: the newest")] = None,
    schedule: Annotated[Path | None, typer.Option(help="make all briefings of this file instead")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="with --schedule: only say what would be made")] = False,
    compare: Annotated[int | None, typer.Option(help="a number of the register: say what was revised since")] = None,
    register: Annotated[bool, typer.Option("--register", help="list what was issued")] = False,
) -> None:
    """Make the briefing of a week or a month: PDF, PNG, PPTX, DOCX (docs/briefing.md)."""
    from streamlit.logger import set_log_level

    set_log_level("ERROR")  # its caches would say at each answer that its server does not run
    from cockpit.briefing import command

    i18n.use(known(lang, i18n.LANGUAGES, N_("language")) if lang else settings().language)
    if version is not None:
        versions.choose(version)
    if register:
        command.listed(50)
    elif compare is not None:
        command.revised(compare)
    elif schedule is not None:
        sys.exit(0 if command.scheduled(schedule, dry_run) else 1)
    else:
        wanted = command.formats_of(formats)
        filters = command.choice(district, street or (), category or (), channel or (), _one(week, month))
        command.brief(filters, layout, wanted, out)


def _one(week: str | None, month: str | None) -> str | None:
    if week and month:
        raise UnknownValue(N_("Say --week or --month, not both."))
    return week or month


@cli.command()
def serve(
    port: Annotated[int, typer.Option(help="port to listen on")] = 8501,
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
) -> None:
    """Serve the cockpit in the browser."""
    from cockpit.server import run

    run(host, port)


def main() -> None:
    try:
        logging.basicConfig(level=logging.CRITICAL)  # the sentence is enough on a terminal; the server has its own log
        i18n.use(settings().language)
        cli(standalone_mode=True)
    except CockpitError as problem:
        Console(stderr=True).print(i18n.say(problem.text, problem.values), style="red", markup=False, soft_wrap=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
