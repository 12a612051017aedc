"""Import: a foreign file → rows of the data contract.

``mapping`` says what the file means, ``read`` makes plain records of it, ``check`` makes rows and rejects of those,
``publish`` writes them, ``claim`` sees to it that one import runs at a time.
"""

import logging
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from cockpit import clock
from cockpit.errors import IntakeError, Unready
from cockpit.intake import check, mapping, publish, read
from cockpit.intake.arrival import Progress, arrive
from cockpit.intake.claim import claim
from cockpit.settings import settings
from queries.words import N_

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class LoadResult:
    """What became of a file: ``read == kept + rejected + superseded``.

    ``noted`` counts what was taken otherwise than it came: coordinates_dropped, category_unknown, channel_unknown,
    nul_bytes, damaged_characters, blank_rows (see docs/intake.md).
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


def _silent(_stage: str, _done: int, _total: int | None) -> None:
    pass


def run(
    file: str | Path, mapping_path: str | Path, url: str | None = None, progress: Progress | None = None
) -> LoadResult:
    """Import ``file`` into the database of ``url`` (default: COCKPIT_DATABASE_URL), whole or not at all.

    ``progress(stage, done, total)`` is called with the stages reading (bytes), checking and publishing (rows). Raises
    IntakeError with a sentence for the reader; the database is then as it was.
    """
    file, url, progress = Path(file), url or settings().database_url, progress or _silent
    started = time.perf_counter()
    plan = mapping.load(mapping_path)
    with _explained(), claim(url) as folder:
        records = read.read(arrive(file, folder)[0], plan.read, folder, progress)
        progress("checking", 0, records.count)
        checked = check.check(records, plan, folder)
        _balance(records.count, checked)
        progress("publishing", 0, checked.kept)
        load = _load(file, plan, records, checked)
        publish.publish(url, plan.target, checked, load, folder, progress)
    return LoadResult(
        load_id=load["load_id"],
        target=plan.table,
        read=records.count,
        kept=checked.kept,
        rejected=checked.rejected,
        superseded=checked.superseded,
        seconds=time.perf_counter() - started,
        encoding=records.encoding,
        noted=records.noted | checked.noted,
    )


@contextmanager
def _explained() -> Iterator[None]:
    """What the machine cannot do becomes a sentence: no space, no memory, no permission."""
    try:
        yield
    except (OSError, duckdb.Error) as problem:
        log.exception("import failed")
        why = getattr(problem, "strerror", None) or str(problem).partition("\n")[0]
        later = isinstance(problem, OSError | duckdb.IOException | duckdb.OutOfMemoryException)
        raise (Unready if later else IntakeError)(
            N_("The import stopped: {why}. Nothing was imported; put that right and start it again."), why=why
        ) from problem


def _load(file: Path, plan: mapping.Mapping, records: read.Records, checked: check.Checked) -> dict[str, Any]:
    """The row of ``loads``."""
    now = clock.now()
    return {
        "load_id": f"{now:%Y%m%d%H%M%S}-{secrets.token_hex(4)}",
        "target": plan.table,
        "file": file.name,
        "sha256": records.sha256,
        "rows_read": records.count,
        "rows_kept": checked.kept,
        "rows_rejected": checked.rejected,
        "rows_superseded": checked.superseded,
        "loaded_at": now,
        "as_of": plan.read.as_of,
    }


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
