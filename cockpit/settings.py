"""Environment → Settings, checked once, at the start."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from cockpit.errors import SettingsError, nearest
from queries.words import N_

PREFIX = "COCKPIT_"
PROJECT = Path(__file__).resolve().parent.parent
DEMONSTRATION = PROJECT / "sample_data" / "demonstration.duckdb"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"a name such as Asia/Shanghai; nearest: {nearest(name, available_timezones())}")
    return name


class Settings(BaseSettings):
    """Every setting of the cockpit; each is an environment variable with the prefix COCKPIT_."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True)

    database_url: str = Field(f"duckdb:///{DEMONSTRATION}", description="where the facts are (docs/databases.md)")
    state_url: str | None = Field(
        None, description="where the cockpit keeps what it issued; default: SQLite beside the data (docs/databases.md)"
    )
    open: bool = Field(
        False, description="1: whoever opens the page may see rows and names; for a machine only its owner uses"
    )
    district: str | None = Field(None, description="district the cockpit opens with; default: the first of areas")
    boundaries: Path | None = Field(None, description="GeoJSON file with the street boundaries; default: a sketch")
    boundary_coordinates: Literal["wgs84", "gcj02", "bd09"] = Field(
        "wgs84", description="coordinates of that file: wgs84, gcj02 or bd09"
    )
    map_approval: str | None = Field(None, description="审图号, printed under the map")
    language: Literal["zh", "en"] = Field("zh", description="language of a reader who chose none")
    timezone: Annotated[str, AfterValidator(_zone)] = Field(
        "Asia/Shanghai",
        description="time zone of the cockpit: of its clock and of times that files write with an offset",
    )
    week_start: Literal[WEEKDAYS] = Field("monday", description="first day of the district's week")  # type: ignore
    chinese_holidays: bool | None = Field(
        None, description="whether control limits know 春节 and 国庆; default: where the district has a Chinese name"
    )
    today: date | None = Field(
        None, description="the day from which terms count, YYYY-MM-DD; default: the cockpit's own clock"
    )
    rules: Path | None = Field(None, description="TOML file with the terms of the place itself (docs/deadlines.md)")
    chromium: Path | None = Field(None, description="the browser that draws PDF and PNG; default: the one installed")
    layouts: Path | None = Field(None, description="folder of the saved briefing layouts; default: beside the data")
    mappings: Path | None = Field(None, description="folder of the saved mappings; default: beside the data")
    versions: int = Field(10, ge=1, le=1000, description="how many versions of the data are kept")
    upload_mb: int = Field(1024, ge=1, description="how large, in MB, a file may be that is sent by the browser")
    unpacked_mb: int = Field(
        2048, ge=1, description="how large, in MB, a file may become when it is unpacked; at most 100 times its size"
    )
    smtp_host: str | None = Field(None, description="mail server that takes the scheduled briefings (docs/briefing.md)")
    smtp_port: int | None = Field(
        None, ge=1, le=65535, description="its port; default: 587 for starttls, 465 for tls, 25 for none"
    )
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="how the connection to it is encrypted: starttls, tls or none"
    )
    smtp_user: str | None = Field(None, description="user to log in as; without one there is no login")
    smtp_password: SecretStr | None = Field(None, description="password of that user")
    smtp_password_file: Path | None = Field(None, description="file that holds the password, instead of it")
    smtp_ca_file: Path | None = Field(
        None, description="PEM file of the authority that signed its certificate, beside those of the system"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="how much the log says")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def first_weekday(self) -> int:
        return WEEKDAYS.index(self.week_start)


@cache
def settings() -> Settings:
    """The settings of this process; raises SettingsError naming each wrong variable."""
    try:
        return Settings()  # type: ignore[call-arg]  # each has a default; pydantic fills them from the environment
    except ValidationError as problem:
        wrong = "; ".join(_wrong(error) for error in problem.errors())
        raise SettingsError(
            N_("These settings cannot be used: {wrong}. README.md lists what each of them may be."), wrong=wrong
        ) from problem


def _wrong(error: Mapping) -> str:
    """The variable with its value, and what it may be."""
    known = re.findall(r"'(\w+)'", str(error.get("ctx", {}).get("expected", "")))
    allowed = " | ".join(known) or {"bool_parsing": "0 | 1"}.get(error["type"], error["msg"])
    return f"{PREFIX}{str(error['loc'][0]).upper()}={error['input']!r} ({allowed})"


def unknown(environment: Mapping[str, str]) -> dict[str, str]:
    """Variables with our prefix that are no setting, each with the setting most like it."""
    known = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]
    return {
        name: nearest(name, known) or ""
        for name in environment
        if name.upper().startswith(PREFIX) and name.upper() not in known
    }
