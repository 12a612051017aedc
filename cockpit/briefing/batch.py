"""The briefings of a schedule, one after the other: made, registered, written, sent. A failure stops no other."""

import hashlib
import logging
import os
import re
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from cockpit import format, i18n
from cockpit.briefing import mail, register
from cockpit.briefing.document import Briefing, Words, plain
from cockpit.briefing.schedule import Job, Places, Schedule, Unplanned, plan
from cockpit.errors import BriefingError, CockpitError, MailError, RenderError, ScheduleError
from cockpit.i18n import _
from queries.filters import Filters
from queries.words import N_

log = logging.getLogger(__name__)

LONGEST = 150  # bytes of a file's name before its ending
Report = Callable[[str], None]


class Press(Places, Protocol):
    """What knows the data and makes a briefing of them."""

    def make(self, job: Job, filters: Filters) -> tuple[Briefing, Mapping[str, bytes]]:
        """The briefing and its files by ending (.pdf, _1_headline.png); raises CockpitError."""


@dataclass(frozen=True)
class Outcome:
    """What became of one job. ``files``: written, or of a dry run those that would be. ``number``: in the register.
    ``sent``: who got it. ``problem``: what failed, a sentence; empty where nothing did."""

    job: Job
    scope: str
    files: tuple[Path, ...] = ()
    number: int | None = None
    sent: tuple[str, ...] = ()
    problem: str = ""


def run(schedule: Schedule, press: Press, send: mail.Send | None, report: Report) -> list[Outcome]:
    """Make every briefing of the schedule; at the end its failures are mailed. No error of a job is raised.

    ``send``: None where nothing is sent. ``report``: told a line before and after each.
    """
    outcomes = []
    with _speaking(schedule.language):
        planned = plan(schedule, press)
        for place, job in enumerate(planned, 1):
            report(f"{place}/{len(planned)} {_named(job)} …")
            outcomes.append(_tried(job, lambda job: _made(schedule, job, press, send)))
            report(told(outcomes[-1]))
        _notify(schedule, [one for one in outcomes if one.problem], send, report)
    return outcomes


def dry_run(schedule: Schedule, press: Press, report: Report) -> list[Outcome]:
    """Say what would be made, where it would be written and to whom it would be sent; nothing is written or sent."""
    with _speaking(schedule.language):
        outcomes = [_tried(job, lambda job: _foreseen(schedule, job, press)) for job in plan(schedule, press)]
        for one in outcomes:
            report(told(one, dry=True))
        if schedule.mail is not None:
            server = mail.server()
            report(
                _("Mail goes from {sender} by {server} ({security}).").format(
                    sender=schedule.mail.sender, server=server.name, security=server.security
                )
            )
            report(_("A failure is mailed to {to}.").format(to=_people(schedule.mail.on_failure)))
        else:
            report(_("The schedule has no [mail]: nothing is sent."))
    return outcomes


@contextmanager
def _speaking(language: str) -> Iterator[None]:
    before = i18n.language()
    i18n.use(language)
    try:
        yield
    finally:
        i18n.use(before)


def _tried(job: Job | Unplanned, do: Callable[[Job], Outcome]) -> Outcome:
    """The outcome, also where it is a failure. What nobody foresaw goes to the log with its trace."""
    if isinstance(job, Unplanned):
        return Outcome(job.job, job.job.name, problem=_sentence(job.problem))
    try:
        return do(job)
    except CockpitError as problem:
        return Outcome(job, job.name, problem=_sentence(problem))
    except Exception as problem:
        log.critical("a briefing failed", exc_info=True)
        why = _("An error that nobody foresaw ({kind}); the log has the rest.").format(kind=type(problem).__name__)
        return Outcome(job, job.name, problem=why)


def _sentence(problem: CockpitError) -> str:
    return mail.one_line(i18n.say(problem.text, problem.values))


def _made(schedule: Schedule, job: Job, press: Press, send: mail.Send | None) -> Outcome:
    filters = _current(schedule, press.filters(job))
    briefing, drawn = press.make(job, filters)
    files = {f"{stem(filters)}{ending}": content for ending, content in _whole(job, drawn).items()}
    issuing = register.issuing(briefing, job.formats, by=register.SCHEDULE)
    with issuing as number, placed(schedule.out, files) as paths:
        pass
    done = Outcome(job, scope(filters), tuple(paths), number)
    if send is None or schedule.mail is None or not job.to:
        return done
    try:
        send(_message(schedule.mail.sender, job.to, briefing, number, files))
    except MailError as problem:
        said = _("Made and written, but not sent to everybody: {why}").format(why=_sentence(problem))
        return replace(done, problem=said)
    return replace(done, sent=job.to)


def _foreseen(schedule: Schedule, job: Job, press: Press) -> Outcome:
    filters = _current(schedule, press.filters(job))
    files = tuple(schedule.out / f"{stem(filters)}.{name}" for name in job.formats)
    return Outcome(job, scope(filters), files, sent=job.to if schedule.mail else ())


def _current(schedule: Schedule, filters: Filters) -> Filters:
    """The same filters; raises ScheduleError where the data are older than the schedule allows."""
    allowed = schedule.max_age_days
    if allowed is not None and datetime.now() - filters.data_date > timedelta(days=allowed):
        raise ScheduleError(
            N_("The data end with {moment}, more than {n} days ago (max_age_days): nothing new can be told from them."),
            moment=format.data_date(filters.data_date),
            n=allowed,
        )
    return filters


def _whole(job: Job, drawn: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """The same files; raises RenderError where a format is missing or a file is empty."""
    for name in job.formats:
        if not drawn.get(f".{name}"):
            raise RenderError(N_("Nothing was drawn as {format}."), format=name)
    for ending, content in drawn.items():
        if not content:
            raise RenderError(N_("Nothing was drawn as {format}."), format=ending)
    return drawn


# --- names and files --------------------------------------------------------------------------------------------------


def scope(filters: Filters) -> str:
    """宝安区 · 西乡街道 · 2023年第47周（11月20日—26日）, in one line."""
    return mail.one_line(" · ".join([*_chosen(filters), format.period(filters)]))


def _chosen(filters: Filters) -> list[str]:
    return [filters.district or _("All districts"), *filters.streets, *filters.categories, *filters.channels]


def stem(filters: Filters) -> str:
    """The name of a briefing's files without an ending: 周报_2023-W47_宝安区_西乡街道.

    Letters, digits, - and _ only. Where that or the length changes a name, or where it could be another choice's (a
    category called like a street, a name with _ in it), a digest keeps it apart from others.
    """
    kind = _("Weekly briefing") if filters.is_week else _("Monthly briefing") if filters.whole_months else _("Briefing")
    wanted = "_".join([kind.replace(" ", "-"), register.period_code(filters).replace("..", "-"), *_chosen(filters)])
    safe = re.sub(r"[^\w\-]", "-", unicodedata.normalize("NFC", wanted))
    lists = (filters.district, filters.streets, filters.categories, filters.channels)
    plain_ = not (filters.categories or filters.channels or any("_" in name for name in _chosen(filters)))
    if safe == wanted and plain_ and len(safe.encode()) <= LONGEST:
        return safe
    digest = hashlib.sha256(f"{wanted}{lists!r}".encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{safe.encode()[: LONGEST - 9].decode(errors='ignore')}_{digest}"


@contextmanager
def placed(folder: Path, files: Mapping[str, bytes]) -> Iterator[list[Path]]:
    """The files, all of them or none, in their folder at the end of the block; none where the block fails.

    Raises BriefingError where they cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".briefing-", dir=folder) as name:
            parts = [Path(name) / place for place in files]
            for part, content in zip(parts, files.values(), strict=True):
                _write(part, content)
            paths = [folder / place for place in files]
            yield paths
            _move(parts, paths)
    except OSError as problem:
        raise BriefingError(
            N_("{folder} cannot be written to: {why}. Choose another folder."), folder=folder, why=problem.strerror
        ) from problem


def _write(part: Path, content: bytes) -> None:
    with open(part, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _move(parts: Sequence[Path], paths: Sequence[Path]) -> None:
    placed: list[Path] = []
    try:
        for part, path in zip(parts, paths, strict=True):
            os.replace(part, path)
            placed.append(path)
    except OSError:
        for path in placed:
            with suppress(OSError):
                path.unlink()
        raise


# --- in words ---------------------------------------------------------------------------------------------------------


def _named(job: Job | Unplanned) -> str:
    return mail.one_line((job.job if isinstance(job, Unplanned) else job).name)


def _people(addresses: Sequence[str]) -> str:
    return _(", ").join(addresses) or _("nobody")


def told(outcome: Outcome, dry: bool = False) -> str:
    """One line: what became, or would become, of a job."""
    if outcome.problem:
        return f"✗ {mail.one_line(outcome.scope)}: {outcome.problem}"
    files = _(", ").join(map(str, outcome.files))
    if dry:
        return _("{scope}: would be written as {files} and sent to {to}").format(
            scope=outcome.scope, files=files, to=_people(outcome.sent)
        )
    return _("✓ {scope}: no. {number}, {files}, sent to {to}").format(
        scope=outcome.scope, number=outcome.number, files=files, to=_people(outcome.sent)
    )


def _message(sender: str, to: Sequence[str], briefing: Briefing, number: int, files: Mapping[str, bytes]):
    """The headline as text; the files, without the pictures of single blocks."""
    subject = " · ".join(filter(None, (briefing.mark, briefing.title, scope(briefing.filters))))
    about = _("Data to {moment}").format(moment=briefing.known)
    kept = _("No. {number} in the register · content {hash}").format(number=number, hash=briefing.hash)
    text = [*filter(None, [briefing.mark]), briefing.scope, "", *_headline(briefing), "", about, kept, ""]
    stem_ = stem(briefing.filters)
    attached = {name: content for name, content in files.items() if name.removeprefix(stem_).startswith(".")}
    return mail.message(sender, to, subject, "\n".join(text), attached)


def _headline(briefing: Briefing) -> list[str]:
    """What the headline says; where a layout hides it, the first words that there are."""
    blocks = sorted(briefing.blocks, key=lambda block: block.key != "headline")
    parts = (part for block in blocks for part in block.parts)
    said = next((part.paragraphs for part in parts if isinstance(part, Words)), ())
    return [plain(paragraph) for paragraph in said]


def _notify(schedule: Schedule, failed: Sequence[Outcome], send: mail.Send | None, report: Report) -> None:
    """One message to those who look after it, with every failure and nothing attached."""
    if not failed or send is None or schedule.mail is None or not schedule.mail.on_failure:
        return
    subject = _("Failed: {n} scheduled briefings").format(n=len(failed))
    text = [subject, "", *(told(one) for one in failed), "", _("What could be made was made and sent."), ""]
    try:
        send(mail.message(schedule.mail.sender, schedule.mail.on_failure, subject, "\n".join(text)))
    except MailError as problem:
        report(_sentence(problem))
