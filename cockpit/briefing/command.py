"""python -m cockpit brief: one briefing into a folder, or what was revised since one was issued."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event, Timer

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from cockpit import chromium, format, i18n, periods, session
from cockpit.answers import known
from cockpit.briefing import layout as layouts
from cockpit.briefing import mail, register, render
from cockpit.briefing.batch import dry_run, placed, run, stem
from cockpit.briefing.compose import compose
from cockpit.briefing.document import Briefing
from cockpit.briefing.schedule import Job, load
from cockpit.errors import BriefingError
from cockpit.i18n import _
from cockpit.press import too_slow
from cockpit.settings import settings
from queries.filters import Filters
from queries.words import N_

PATIENCE = 120.0  # seconds for one scheduled briefing


def choice(
    district: str | None,
    streets: Sequence[str] = (),
    categories: Sequence[str] = (),
    channels: Sequence[str] = (),
    code: str | None = None,
) -> Filters:
    """Scope and period of a briefing, each value checked; ``code``: default the newest full week. Raises UnknownValue,
    and BriefingError where the data hold nothing or the period is neither a week nor a month."""
    reach = session.reach()
    if reach is None:
        raise BriefingError(N_("The database holds no record yet, so there is nothing to report."))
    offered, first_weekday = session.choices(), settings().first_weekday
    place = known(district, offered.districts, N_("district")) if district else offered.districts[0]
    span = periods.span(code or periods.LATEST_WEEK, reach, first_weekday)
    if span is None:
        codes = [*periods.weeks(reach, first_weekday), *periods.months(reach), *periods.PRESETS]
        known(str(code), codes, N_("period"))
        raise BriefingError(N_("The period {code} holds no record."), code=repr(code))
    filters = Filters(
        *span,
        reach.data_date,
        place,
        tuple(known(street, offered.streets[place], N_("street")) for street in streets),
        tuple(known(one, offered.kinds["category", place], N_("category")) for one in categories),
        tuple(known(one, offered.kinds["channel", place], N_("channel")) for one in channels),
        session.viewer().scope,
    )
    if not (filters.is_week or filters.is_month):
        raise BriefingError(
            N_("A briefing is about one week or one month, and {period} is neither."), period=format.period(filters)
        )
    return filters


def formats_of(text: str) -> list[str]:
    """pdf,png → their names; raises UnknownValue."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    return [known(name, render.FORMATS, N_("format")) for name in dict.fromkeys(names)]


def composed(filters: Filters, layout: str) -> Briefing:
    """The briefing in its layout; raises BriefingError where there is nothing to report."""
    briefing = compose(filters, datetime.now())
    if briefing is None:
        raise BriefingError(N_("There is no record for {scope}."), scope=format.describe(filters))
    return layouts.load(layout).of(briefing)


def brief(filters: Filters, layout: str, formats: Sequence[str], out: Path) -> None:
    """Make one briefing, write its files and its row in the register, and say so."""
    console = Console(stderr=True)
    with console.status(_("Computing the figures …")) as status:
        briefing = composed(filters, layout)
        status.update(_("Drawing …"))
        with chromium.browser() as browser:
            made = render.files(briefing, formats, browser)
    named = {f"{stem(filters)}{ending}": data for ending, data in made.items()}
    with register.issuing(briefing, formats) as number, placed(out, named) as files:
        pass
    for file in files:
        print(file)
    console.print(issued(number), markup=False, highlight=False)


class Desk:
    """What a schedule asks: the places and periods of the data, and briefings. One browser draws them: it starts with
    the first, another one takes over where it has died, and it ends with the block."""

    def __init__(self, patience: float = PATIENCE) -> None:
        """``patience``: seconds for the drawing of one briefing."""
        self._kept, self.patience = chromium.Kept(), patience

    def __enter__(self) -> "Desk":
        return self

    def __exit__(self, *_error: object) -> None:
        self._kept.close()

    def streets(self, district: str | None) -> Sequence[str]:
        """The streets of a district that have records; raises UnknownValue where there is no such district."""
        offered = session.choices()
        place = known(district, offered.districts, N_("district")) if district else offered.districts[0]
        return offered.streets[place]

    def filters(self, job: Job) -> Filters:
        return choice(job.district, job.streets, job.categories, job.channels, job.period)

    def make(self, job: Job, filters: Filters) -> tuple[Briefing, dict[str, bytes]]:
        briefing = composed(filters, job.layout)
        with self._in_time():
            return briefing, render.files(briefing, job.formats, self._kept.running())

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        """What is drawn for too long has failed: its browser is killed, which ends every call that waits for it."""
        late = Event()

        def end() -> None:
            late.set()
            self._kept.kill()

        watch = Timer(self.patience, end)
        watch.start()
        try:
            yield
        except Exception as problem:
            if late.is_set():
                raise too_slow(self.patience) from problem
            raise
        finally:
            watch.cancel()


def scheduled(path: Path, dry: bool) -> bool:
    """Make every briefing of a schedule, or only say what would be made; whether all went well."""
    schedule, console = load(path), Console(stderr=True, highlight=False)

    def report(line: str) -> None:
        console.print(line, markup=False, soft_wrap=True)

    if dry:
        return not any(one.problem for one in dry_run(schedule, Desk(), report))
    send = mail.sender() if schedule.mail else None
    with Desk() as desk:
        outcomes = run(schedule, desk, send, report)
    return not any(one.problem for one in outcomes)


def issued(number: int) -> str:
    """No. 12, content 7e63…; the same content as no. 9."""
    row = register.find(number)
    text = _("No. {id} in the register, content {hash}").format(id=row.id, hash=row.hash)
    return text + (_("; the same content as no. {id}").format(id=row.equals) if row.equals else "")


def revised(number: int) -> None:
    """Print, figure by figure, what changed since a briefing was issued; the figures of today go by its own scope."""
    row = register.find(number)
    i18n.use(row.language)
    then = row.filters
    if not row.comparable:
        Console().print(register.kept_back(row), markup=False, highlight=False)
        return
    now = composed(choice(then.district, then.streets, then.categories, then.channels, row.period), layouts.STANDARD)
    console = Console()
    revisions = register.compare(row.figures, now.figures)
    console.print(Text(format.describe(then)))
    if not revisions:
        console.print(_("Since no. {id} no figure of this briefing was revised.").format(id=row.id))
        return
    console.print(_("Revised since no. {id}: {n} figures.").format(id=row.id, n=len(revisions)))
    grid = Grid(_("Figure"), _("Then"), _("Now"))
    for one in revisions:
        grid.add_row(*map(Text, (register.label(one.name), register.shown(one.before), register.shown(one.now))))
    console.print(grid)


def listed(limit: int) -> None:
    """Print the newest rows of the register."""
    grid = Grid(_("No."), _("Issued at"), _("Scope"), _("Content"), _("Formats"))
    for row in register.issued(limit):
        moment = register.local(row.issued_at)
        at = f"{format.day(moment)} {moment:%H:%M}"
        grid.add_row(*map(Text, (str(row.id), at, format.describe(row.filters), row.hash, ", ".join(row.formats))))
    Console().print(grid)
