"""``python -m cockpit import``: progress while it runs, and at the end what became of every row."""

from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from cockpit.i18n import _
from cockpit.intake import LoadResult, run
from queries.words import N_

STAGES = {"reading": N_("Reading"), "checking": N_("Checking"), "publishing": N_("Publishing")}
NOTES = {
    "coordinates_dropped": N_("{n} rows had coordinates outside the earth or at 0,0; they are kept without a place"),
    "category_unknown": N_("{n} rows had no category; they stand as 未分类"),
    "channel_unknown": N_("{n} rows had no channel; they stand as 未知"),
    "districts_matched": N_("{n} rows wrote their district otherwise; it is one that the database knows"),
    "streets_matched": N_("{n} rows wrote their street otherwise; it is one that the database knows"),
    "communities_matched": N_("{n} rows wrote their community otherwise; it is one that the database knows"),
    "nul_bytes": N_("{n} NUL bytes were left out"),
    "damaged_characters": N_("{n} characters could not be decoded; they stand as �"),
    "blank_rows": N_("{n} blank rows were passed over"),
    "known_files": N_("{n} files of the archive were loaded before and left out"),
}


def take(file: Path, mapping: Path, url: str | None = None, again: bool = False, replace: bool = False) -> LoadResult:
    """Import and say so: progress on the error stream, the result on the output."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks = {stage: bar.add_task(_(label), start=False, total=None) for stage, label in STAGES.items()}

        def progress(stage: str, done: int, total: int | None) -> None:
            bar.start_task(tasks[stage])
            bar.update(tasks[stage], completed=done, total=total)

        result = run(file, mapping, url, progress, again=again, replace=replace)
    for line in report(result):
        Console().print(line, markup=False, highlight=False, soft_wrap=True)
    return result


def report(result: LoadResult) -> list[str]:
    """The sentences that say what became of the rows."""
    lines = [
        balance(result.read, result.kept, result.rejected, result.superseded),
        _("Table {table}, load {load}, encoding {encoding}, {seconds:.1f} s").format(
            table=result.target, load=result.load_id, encoding=result.encoding, seconds=result.seconds
        ),
    ]
    if result.version:
        lines.append(
            _("Version {version} of the data: {added} records added, {changed} changed").format(
                version=result.version, added=result.added, changed=result.changed
            )
        )
    if result.flagged:
        lines.append(
            _("{n} records kept are in doubt; they are in table flags, with field and reason.").format(n=result.flagged)
        )
    if result.rejected:
        lines.append(_("The rejected rows are in table rejects, with line and reason."))
    return lines + [_(NOTES[what]).format(n=n) for what, n in result.noted.items()]


def balance(read: int, kept: int, rejected: int, superseded: int) -> str:
    return _("{read} read = {kept} kept + {rejected} rejected + {superseded} superseded").format(
        read=read, kept=kept, rejected=rejected, superseded=superseded
    )
