"""From which day terms count: the setting, the data date of invented data, else the clock in the cockpit's zone."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cockpit import clock, session
from cockpit.settings import settings


@pytest.fixture
def on(monkeypatch):
    def choose(url: str, **more: str) -> None:
        for name, value in {"DATABASE_URL": url, **more}.items():
            monkeypatch.setenv(f"COCKPIT_{name}", value)
        settings.cache_clear()

    yield choose
    settings.cache_clear()


def test_invented_data_stand_still(on, demonstration_url):
    on(demonstration_url)
    assert session.today() == date(2023, 12, 1)


def test_real_data_go_by_the_clock_of_the_zone(on, real_url):
    for zone in ("Asia/Shanghai", "Pacific/Kiritimati", "Pacific/Pago_Pago"):
        on(real_url, TIMEZONE=zone)
        before, found = datetime.now(ZoneInfo(zone)).date(), session.today()
        assert before <= found <= before + timedelta(days=1)
        assert found == clock.today() or found + timedelta(days=1) == clock.today()


@pytest.mark.parametrize("invented", [True, False])
def test_the_setting_has_the_last_word(on, demonstration_url, real_url, invented):
    on(demonstration_url if invented else real_url, TODAY="2023-12-04")
    assert session.today() == clock.today() == date(2023, 12, 4)
