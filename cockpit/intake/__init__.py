"""Import: a foreign file → rows of the data contract.

``mapping`` says what the file means (``suggesting`` proposes it), ``reading`` makes plain records of a private copy,
``checking`` makes rows, rejects and doubts of those, ``publishing`` writes them as the next version of the data, one
import at a time.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Values
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from cockpit.errors import IntakeError, Unready
from cockpit.intake.checking import check, known
from cockpit.intake.mapping import Mapping, load, text
from cockpit.intake.publishing import keep, staging
from cockpit.intake.publishing.claim import claim, holds_demonstration
from cockpit.intake.publishing.publish import Load, Prepared, refuse_known
from cockpit.intake.publishing.publish import publish as _write
from cockpit.intake.reading import read
from cockpit.intake.reading.arrival import Arrival, Progress, arrive
from cockpit.settings import settings
from queries.words import N_

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class LoadResult:
    """What became of a file, or of all that were published together: ``read == kept + rejected + superseded``.

    ``version`` of the data that it made; of the records kept, ``added`` are new and ``changed`` differ from what was
    known; ``flagged``: records in doubt. ``noted`` counts what was taken otherwise than it came: coordinates_dropped,
    category_unknown, channel_unknown, nul_bytes, damaged_characters, blank_rows (docs/intake.md); known_files counts
    those of an archive that were loaded before and left out.
    """

    load_id: str
    target: str
    read: int
    kept: int
    rejected: int
    superseded: int
    seconds: float
    encoding: str = ""
    noted: dict[str, int] = field(default_factory=dict)
    version: int = 0
    added: int = 0
    changed: int = 0
    flagged: int = 0


def _silent(_stage: str, _done: int, _total: int | None) -> None:
    pass


def run(
    file: str | Path,
    mapping: str | Path | Mapping,
    url: str | None = None,
    progress: Progress | None = None,
    *,
    by: str | None = None,
    again: bool = False,
    replace: bool = False,
) -> LoadResult:
    """Import ``file`` into the database of ``url`` (default: COCKPIT_DATABASE_URL), whole or not at all.

    ``progress(stage, done, total)`` is called with the stages reading (bytes), checking and publishing (rows); where
    it raises, nothing was imported. ``by``: who imports, default the user of the operating system. ``again``: even if
    this content was loaded before. ``replace``: in the place of the invented demonstration. Raises IntakeError with a
    sentence for the reader; the database is then as it was.
    """
    url, progress, started = url or settings().database_url, progress or _silent, time.perf_counter()
    with explained(), claim(url, replace) as folder:
        prepared = prepare(Path(file), mapping, url, folder, progress, again=again)
        return _publish(url, prepared, by, folder, progress, again, started)


def prepare(
    file: Path,
    mapping: str | Path | Mapping,
    url: str,
    folder: Path,
    progress: Progress | None = None,
    *,
    name: str | None = None,
    again: bool = True,
    aliases: Values[str, str] | None = None,
) -> list[Prepared]:
    """Read and check ``file``, each of its files where it is an archive, in ``folder``; nothing is published.

    ``name``: what the mapping is called, default the name of its file. ``again=False`` raises AlreadyLoaded at once
    where ``publish`` would. ``aliases``: other names of areas (→ ``area_id``) that are published with the rows.
    """
    progress = progress or _silent
    plan = mapping if isinstance(mapping, Mapping) else load(mapping)
    called = name or ("" if isinstance(mapping, Mapping) else Path(mapping).stem)
    said = text(plan) if isinstance(mapping, Mapping) else Path(mapping).read_text("utf-8-sig")
    with explained():
        arrivals = arrive(file, folder, progress)
        if not again:
            refuse_known(url, [(arrival, plan.table) for arrival in arrivals])
        return [
            _prepared(arrival, plan, url, folder / str(place), progress, called, said, aliases or {})
            for place, arrival in enumerate(arrivals)
        ]


def publish(
    url: str,
    prepared: Sequence[Prepared],
    *,
    by: str | None = None,
    progress: Progress | None = None,
    again: bool = False,
    replace: bool = False,
) -> LoadResult:
    """Write what was prepared as one version, as ``run`` does."""
    started = time.perf_counter()
    with explained(), claim(url, replace) as folder:
        return _publish(url, prepared, by, folder, progress or _silent, again, started)


def _prepared(
    arrival: Arrival,
    plan: Mapping,
    url: str,
    folder: Path,
    progress: Progress,
    name: str,
    said: str,
    aliases: Values[str, str],
) -> Prepared:
    folder.mkdir(exist_ok=True)
    records = read.read(arrival, plan.read, folder, progress)
    progress("checking", 0, records.count)
    checked = check.check(records, plan, folder, known.of(url).with_aliases(aliases))
    _balance(records.count, checked)
    staging.note_returned(records, checked)
    return Prepared(plan, arrival, records, checked, name, said, aliases)


def _publish(
    url: str,
    prepared: Sequence[Prepared],
    by: str | None,
    folder: Path,
    progress: Progress,
    again: bool,
    started: float,
) -> LoadResult:
    offered = len(prepared)
    if not again:
        prepared = [prepared[place] for place in refuse_known(url, [(one.arrival, one.plan.table) for one in prepared])]
    made = _write(url, prepared, by or keep.user(), folder, progress, holds_demonstration(url))
    result = _result(prepared, made, time.perf_counter() - started)
    if len(prepared) < offered:
        result.noted["known_files"] = offered - len(prepared)
    return result


def _result(prepared: Sequence[Prepared], made: Sequence[Load], seconds: float) -> LoadResult:
    """The sums over all files."""
    noted: dict[str, int] = {}
    for one in prepared:
        for what, n in (one.records.noted | one.checked.noted).items():
            noted[what] = noted.get(what, 0) + n
    return LoadResult(
        load_id=", ".join(one.load_id for one in made),
        target=", ".join(dict.fromkeys(one.plan.table for one in prepared)),
        read=sum(one.records.count for one in prepared),
        kept=sum(one.checked.kept for one in prepared),
        rejected=sum(one.checked.rejected for one in prepared),
        superseded=sum(one.checked.superseded for one in prepared),
        seconds=seconds,
        encoding=", ".join(dict.fromkeys(one.records.encoding for one in prepared)),
        noted=noted,
        version=made[0].version,
        added=sum(one.added for one in made),
        changed=sum(one.changed for one in made),
        flagged=sum(one.flagged for one in made),
    )


@contextmanager
def explained() -> Iterator[None]:
    """What the machine cannot do becomes a sentence for whoever started it: no space, no memory, no permission."""
    try:
        yield
    except (OSError, duckdb.Error) as problem:
        log.exception("import failed")
        why = getattr(problem, "strerror", None) or str(problem).partition("\n")[0]
        later = isinstance(problem, OSError | duckdb.OperationalError | duckdb.FatalException)
        raise (Unready if later else IntakeError)(
            N_("The import stopped: {why}. Nothing was imported; put that right and start it again."), why=why
        ) from problem


def _balance(count: int, checked: check.Checked) -> None:
    if count != checked.kept + checked.rejected + checked.superseded:
        raise IntakeError(
            N_(
                "Of {read} rows, {kept} were kept, {rejected} rejected and {superseded} superseded; the "
                "sum does not hold, so nothing was imported. Please report this with the file."
            ),
            read=count,
            kept=checked.kept,
            rejected=checked.rejected,
            superseded=checked.superseded,
        )
