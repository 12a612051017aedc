"""Environment → Settings: each wrong variable is named with its value and what it may be."""

import pytest

from cockpit.errors import SettingsError
from cockpit.settings import WEEKDAYS, Settings, settings, unknown


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch):
    for name in Settings.model_fields:
        monkeypatch.delenv(f"COCKPIT_{name.upper()}", raising=False)
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_without_a_variable_everything_has_a_value():
    assert settings().database_url.endswith("sample_data/demonstration.duckdb")
    assert (settings().language, settings().first_weekday, settings().open) == ("zh", 0, False)


@pytest.mark.parametrize("place", range(7))
def test_the_week_may_begin_on_any_day(monkeypatch, place):
    monkeypatch.setenv("COCKPIT_WEEK_START", WEEKDAYS[place])
    assert settings().first_weekday == place


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("WEEK_START", "xday", "monday | tuesday"),
        ("WEEK_START", "Friday", "friday"),
        ("LANGUAGE", "fr", "zh | en"),
        ("OPEN", "maybe", "0 | 1"),
        ("LOG_LEVEL", "LOUD", "DEBUG | INFO"),
    ],
)
def test_a_wrong_value_is_named_with_what_it_may_be(monkeypatch, name, value, allowed):
    monkeypatch.setenv(f"COCKPIT_{name}", value)
    with pytest.raises(SettingsError) as problem:
        settings()
    assert f"COCKPIT_{name}='{value}'" in str(problem.value)
    assert allowed in str(problem.value)
    assert "\n" not in str(problem.value)


def test_every_wrong_value_is_named_at_once(monkeypatch):
    monkeypatch.setenv("COCKPIT_WEEK_START", "{week}")
    monkeypatch.setenv("COCKPIT_LANGUAGE", "fr")
    with pytest.raises(SettingsError, match=r"LANGUAGE='fr'.*WEEK_START='\{week\}'"):
        settings()


def test_an_empty_variable_is_not_set(monkeypatch):
    monkeypatch.setenv("COCKPIT_WEEK_START", "")
    monkeypatch.setenv("COCKPIT_BOUNDARIES", "")
    assert settings().first_weekday == 0
    assert settings().boundaries is None


def test_a_variable_of_ours_that_is_no_setting_is_found():
    given = {"COCKPIT_WEEKSTART": "friday", "COCKPIT_LANGUAGE": "en", "HOME": "/", "cockpit_open": "1"}
    assert unknown(given) == {"COCKPIT_WEEKSTART": "COCKPIT_WEEK_START"}
