"""One import in a process of its own: it reads orders, a line of JSON each, and answers in lines of JSON.

It checks, waits, and publishes when told; it ends with whoever gave the orders, and leaves no file behind.
"""

import json
import os
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from cockpit import i18n, intake
from cockpit.errors import AlreadyLoaded, CockpitError
from cockpit.intake.mapping import Mapping
from cockpit.intake.outcome import outcome

WORK = "work-"


def work(orders: TextIO, answers: TextIO) -> None:
    """Follow ``orders`` until they end."""

    def answer(**what: Any) -> None:
        answers.write(json.dumps(what, ensure_ascii=False, default=str) + "\n")
        answers.flush()

    first = json.loads(orders.readline() or "null")
    if not first:
        return
    i18n.use(first["language"])
    with tempfile.TemporaryDirectory(prefix=WORK, dir=first["folder"]) as folder:
        try:
            _checked_and_published(first, orders, answer, Path(folder))
        except CockpitError as problem:
            answer(problem=_told(problem))


def _told(problem: CockpitError) -> dict[str, Any]:
    return {"kind": type(problem).__name__, "text": problem.text, "values": problem.values}


def _checked_and_published(first: dict, orders: TextIO, answer, folder: Path) -> None:
    def progress(stage: str, done: int, total: int | None) -> None:
        answer(stage=stage, done=done, total=total)

    prepared = []
    for place, one in enumerate(first["files"]):
        own = folder / str(place)
        own.mkdir()
        plan = Mapping.model_validate(one["mapping"])
        prepared += intake.prepare(
            Path(one["path"]), plan, first["url"], own, progress, name=one["name"], aliases=first["aliases"]
        )
    answer(
        outcomes=[asdict(outcome(one.arrival.name, one.plan.table, one.records.count, one.checked)) for one in prepared]
    )
    while order := json.loads(orders.readline() or "null"):
        try:
            answer(published=asdict(intake.publish(first["url"], prepared, progress=progress, **order)))
            return
        except AlreadyLoaded as problem:  # the person may say: all the same
            answer(problem=_told(problem))


if __name__ == "__main__":
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing but answers goes to whoever gave the orders
    work(sys.stdin, out)
