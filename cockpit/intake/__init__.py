"""Import: a foreign file → rows of the data contract.

``mapping`` says what the file means, ``read`` makes plain records of it, ``check`` makes rows and rejects of those,
``publish`` writes them, ``claim`` sees to it that one import runs at a time.
"""
import secrets
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cockpit.errors import IntakeError
from cockpit.i18n import _
from cockpit.intake import check, mapping, publish, read
from cockpit.intake.claim import claim
from cockpit.intake.read import Progress
from cockpit.settings import settings


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


def run(file: str | Path, mapping_path: str | Path, url: str | None = None,
        progress: Progress | None = None) -> LoadResult:
    """Import ``file`` into the database of ``url`` (default: COCKPIT_DATABASE_URL), whole or not at all.

    ``progress(stage, done, total)`` is called with the stages reading (bytes), checking and publishing (rows). Raises
    IntakeError with a sentence for the reader; the database is then as it was.
    """
    file, url, progress = Path(file), url or settings().database_url, progress or _silent
    started = time.perf_counter()
    plan = mapping.load(mapping_path)
    with claim(url) as folder:
        records = read.read(file, plan.read, folder, progress)
        progress("checking", 0, records.count)
        checked = check.check(records, plan, folder)
        _balance(records.count, checked)
        progress("publishing", 0, checked.kept)
        load_id = f"{datetime.now():%Y%m%d%H%M%S}-{secrets.token_hex(4)}"
        publish.publish(url, plan.target, checked, {
            "load_id": load_id, "target": plan.table, "file": file.name, "sha256": records.sha256,
            "rows_read": records.count, "rows_kept": checked.kept, "rows_rejected": checked.rejected,
            "rows_superseded": checked.superseded, "loaded_at": datetime.now(), "as_of": plan.read.as_of}, folder)
        progress("publishing", checked.kept, checked.kept)
    return LoadResult(load_id, plan.table, records.count, checked.kept, checked.rejected, checked.superseded,
                      time.perf_counter() - started, records.encoding, records.noted | checked.noted)


def _balance(count: int, checked: check.Checked) -> None:
    if count != checked.kept + checked.rejected + checked.superseded:
        raise IntakeError(_("Of {read} rows, {kept} were kept, {rejected} rejected and {superseded} superseded; the "
                            "sum does not hold, so nothing was imported. Please report this with the file.").format(
            read=count, kept=checked.kept, rejected=checked.rejected, superseded=checked.superseded))
