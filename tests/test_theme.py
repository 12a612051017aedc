"""The look stands in two places, the theme of Streamlit and the tokens of the charts: they agree, and can be read."""

import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from cockpit import theme

PROJECT = Path(__file__).resolve().parent.parent
CONFIG = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]

SAME = {
    "backgroundColor": "background",
    "secondaryBackgroundColor": "second",
    "textColor": "ink",
    "grayTextColor": "ink2",
    "dataframeHeaderTextColor": "ink2",
    "grayColor": "ink3",
    "borderColor": "border",
    "primaryColor": "accent",
    "linkColor": "accent",
    "greenTextColor": "on_time_text",
    "orangeTextColor": "near_text",
    "redTextColor": "over_text",
}
TEXTS = ("ink", "ink2", "ink3", "accent", "on_time_text", "near_text", "over_text")


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.1."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", theme.THEMES)
@pytest.mark.parametrize("option", SAME)
def test_a_colour_of_the_page_is_the_token_of_the_charts(name, option):
    assert CONFIG[name][option] == getattr(theme.THEMES[name], SAME[option])


def test_the_charts_speak_in_the_font_of_the_page():
    assert theme.FONT == CONFIG["font"] == CONFIG["headingFont"]


@pytest.mark.parametrize("name", theme.THEMES)
@pytest.mark.parametrize("token", TEXTS)
def test_text_can_be_read(name, token):
    tokens = theme.THEMES[name]
    assert contrast(getattr(tokens, token), tokens.background) >= 4.5


@pytest.mark.parametrize("name", theme.THEMES)
def test_deadline_states_and_map_classes_survive_a_grey_print(name):
    tokens = theme.THEMES[name]
    assert contrast(tokens.on_time, tokens.near) > 1.4
    assert contrast(tokens.near, tokens.over) > 1.4
    sequence = [luminance(colour) for colour in tokens.sequence]
    assert sequence in (sorted(sequence), sorted(sequence, reverse=True))


def test_paper_is_grey_and_its_classes_are_told_apart_by_lightness():
    tokens = theme.PRINT
    colours = [value for value in vars(tokens).values() if isinstance(value, str) and value.startswith("#")]
    assert [colour for colour in (*colours, *tokens.sequence) if len({colour[1:3], colour[3:5], colour[5:7]}) > 1] == []
    light = [luminance(colour) for colour in tokens.sequence]
    assert all(one > 1.3 * other for one, other in pairwise(light))
    assert min(contrast(getattr(tokens, text), tokens.background) for text in TEXTS) >= 4.5
