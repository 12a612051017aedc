"""schedule.toml: which briefings are made again and again, for whom, and to whom they are sent (docs/briefing.md)."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from cockpit.errors import CockpitError, ScheduleError, nearest
from cockpit.i18n import _
from cockpit.periods import LATEST, LATEST_WEEK
from queries.filters import Filters
from queries.words import N_

PERIODS = (LATEST_WEEK, LATEST, "last_week", "this_week", "last_month", "this_month")
CODE = re.compile(r"\d{4}-(W\d\d|\d\d)")
ADDRESS = re.compile(r"[!-~]+@[A-Za-z0-9.\-]+")  # printable ASCII: what every mail server takes


def _address(text: str) -> str:
    if not ADDRESS.fullmatch(text) or set(text) & set('<>,;:"()[]\\') or text.count("@") > 1:
        raise ValueError(_("not an address such as a@example.org"))
    return text


def _period(text: str) -> str:
    if text not in PERIODS and not CODE.fullmatch(text):
        raise ValueError(
            _("not a week such as 2023-W47, a month such as 2023-11, or one of {known}").format(
                known=", ".join(PERIODS)
            )
        )
    return text


Address = Annotated[str, AfterValidator(_address)]
STRICT = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Scope(BaseModel):
    """One [[scope]]: a district, by default the first; whole, by street, or both.

    ``each_street``: true makes one briefing a street beside that of the whole, "only" instead of it.
    """

    model_config = STRICT

    district: str | None = None
    streets: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    each_street: Literal[False, True, "only"] = False
    to: tuple[Address, ...] = ()


class Mail(BaseModel):
    """[mail]: who sends, and who hears of a failure. Server and password are settings."""

    model_config = STRICT

    sender: Address = Field(alias="from")
    on_failure: tuple[Address, ...] = ()


class Schedule(BaseModel):
    """One schedule file. ``out`` is a folder, as seen from the file."""

    model_config = STRICT

    period: Annotated[str, AfterValidator(_period)] = LATEST_WEEK
    formats: tuple[Literal["pdf", "png", "pptx", "docx"], ...] = Field(("pdf",), min_length=1)
    language: Literal["zh", "en"] = "zh"
    out: Path = Path("briefings")
    layout: str = "standard"
    max_age_days: int | None = Field(None, ge=0)
    scopes: tuple[Scope, ...] = Field(alias="scope", min_length=1)
    mail: Mail | None = None


SECTIONS: dict[str, type[BaseModel]] = {"scope": Scope, "mail": Mail}


@dataclass(frozen=True)
class Job:
    """One briefing to be made."""

    period: str
    formats: tuple[str, ...]
    language: str
    layout: str
    district: str | None = None
    streets: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    to: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """宝安区 · 西乡街道 · last_week: the scope as the schedule says it."""
        chosen = (*self.streets, *self.categories, *self.channels, self.period)
        return " · ".join([self.district, *chosen] if self.district else chosen)


class Places(Protocol):
    """What the data know of a job."""

    def streets(self, district: str | None) -> Sequence[str]:
        """The streets of a district; raises UnknownValue where there is no such district."""

    def filters(self, job: Job) -> Filters:
        """Scope and period of a job; raises UnknownValue for what the data do not hold."""


def load(path: str | Path) -> Schedule:
    """The schedule in a TOML file; raises ScheduleError naming each wrong key with its value."""
    path = Path(path)
    try:
        schedule = Schedule.model_validate(tomllib.loads(path.read_bytes().decode("utf-8-sig")))
    except OSError as problem:
        raise ScheduleError(
            N_("The schedule {path} cannot be read: {why}. Check the path."), path=path, why=problem.strerror
        ) from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise ScheduleError(N_("{file} is not TOML: {problem}"), file=path, problem=problem) from problem
    except ValidationError as problem:
        said = " ".join(_wrong(error) for error in problem.errors())
        raise ScheduleError(N_("{file}: {problems} See docs/briefing.md."), file=path.name, problems=said) from problem
    return schedule.model_copy(update={"out": path.parent / schedule.out})


def _wrong(error: Any) -> str:
    """pydantic's finding as a sentence; places are counted from 1."""
    at = [str(step + 1) if isinstance(step, int) else step for step in error["loc"]]
    if error["type"] == "extra_forbidden":
        fields = SECTIONS.get(at[0], Schedule) if len(at) > 1 else Schedule
        known = [found.alias or name for name, found in fields.model_fields.items()]
        return _("{key} is no key of a schedule; did you mean {near}?").format(
            key=repr(".".join(at)), near=nearest(at[-1], known)
        )
    if error["type"] == "missing":
        return _("The key {key!r} is missing.").format(key=".".join(at))
    why = error["msg"].removeprefix("Value error, ")
    return _("{key} = {value!r} cannot be taken: {why}.").format(key=".".join(at), value=error["input"], why=why)


@dataclass(frozen=True)
class Unplanned:
    """A scope whose briefings cannot be told, and why."""

    job: Job
    problem: CockpitError


def plan(schedule: Schedule, places: Places) -> list[Job | Unplanned]:
    """The briefings of a schedule, in its order; a scope that the data do not hold is one Unplanned."""
    planned: list[Job | Unplanned] = []
    for scope in schedule.scopes:
        try:
            planned += _jobs(schedule, scope, places)
        except CockpitError as problem:
            planned.append(Unplanned(_job(schedule, scope, scope.streets), problem))
    return planned


def _jobs(schedule: Schedule, scope: Scope, places: Places) -> Iterable[Job]:
    chosen = [] if scope.each_street == "only" else [scope.streets]
    if scope.each_street:
        chosen += [(street,) for street in scope.streets or places.streets(scope.district)]
    return [_job(schedule, scope, streets) for streets in dict.fromkeys(chosen)]


def _job(schedule: Schedule, scope: Scope, streets: tuple[str, ...]) -> Job:
    return Job(
        schedule.period,
        tuple(dict.fromkeys(schedule.formats)),
        schedule.language,
        schedule.layout,
        scope.district,
        streets,
        scope.categories,
        scope.channels,
        scope.to,
    )
