"""The house as docs/architecture.md describes it, held by tests; and each rule shown able to fail."""

from pathlib import Path

import pytest

from tests import architecture
from tests.architecture import RULES

PROJECT = Path(__file__).resolve().parent.parent

HOUSE = {
    "requirements.txt": "streamlit==1.67.0\nSQLAlchemy==2.1.9\nduckdb==1.5.6\n",
    ".streamlit/config.toml": "[theme]\nfont = \"'Noto Sans CJK SC', sans-serif\"\n",
    "dashboard.py": "import streamlit\nfrom cockpit import session\n",
    "pages/casework/funnel.py": "import streamlit\nfrom cockpit import charts, session\nfrom queries import funnel\n",
    "queries/funnel.py": "import sqlalchemy\nfrom queries.tables import cases\n",
    "queries/dialects.py": "ENGINE = 'duckdb'\n",
    "cockpit/theme.py": "ACCENT = '#1F5A96'\n",
    "cockpit/database.py": "import duckdb\nfrom queries import tables\n",
    "cockpit/charts.py": "from cockpit.theme import ACCENT\n",
    "cockpit/__main__.py": "from sample_data import build\n",
    "sample_data/__init__.py": "from cockpit.database import create\nfrom queries.tables import cases\n",
}

BROKEN = {
    architecture.imports_go_one_way: [
        {"queries/funnel.py": "from cockpit.settings import settings"},
        {"queries/funnel.py": "import cockpit.settings"},
        {"cockpit/cards.py": "import pages.casework"},
        {"cockpit/session.py": "from sample_data import build"},
        {"sample_data/build.py": "from pages.casework import funnel"},
        {"cockpit/cards.py": "def card():\n    from tests import oracle"},
    ],
    architecture.pages_import_no_page: [{"pages/casework/funnel.py": "from pages.people import mediators"}],
    architecture.streamlit_stays_in_its_rooms: [
        {"queries/funnel.py": "import streamlit as st"},
        {"cockpit/charts.py": "from streamlit import session_state"},
        {"sample_data/build.py": "import streamlit.runtime"},
    ],
    architecture.drawing_and_statistics_are_pure: [
        {"cockpit/charts.py": "from cockpit.database import fetch"},
        {"cockpit/charts.py": "from cockpit import session"},
        {"cockpit/analysis/clusters.py": "import sqlalchemy as sa"},
    ],
    architecture.pages_hold_no_sql: [{"pages/casework/funnel.py": "from sqlalchemy import select"}],
    architecture.queries_run_nothing: [
        {"queries/funnel.py": "def count(engine):\n    return engine.connect().scalar('…')"}
    ],
    architecture.engines_are_named_in_few_places: [
        {"queries/funnel.py": "if dialect == 'postgresql': pass"},
        {"cockpit/session.py": "import duckdb"},
        {"queries/funnel.py": "from sqlalchemy.ext import compiler\nURL = f'sqlite:///{1}'"},
    ],
    architecture.colours_live_in_the_theme: [
        {"pages/casework/funnel.py": "COLOUR = '#b3261e'"},
        {"cockpit/charts.py": "COLOUR = 'rgba(0, 0, 0, 0.5)'"},
        {"cockpit/charts.py": "HTML = f'<b style=\"color:#FFF\">{1}</b>'"},
    ],
    architecture.fonts_live_in_the_theme: [{"cockpit/charts.py": "FONT = 'Noto Sans CJK SC'"}],
    architecture.no_raw_html: [
        {"pages/casework/funnel.py": "import streamlit as st\nst.markdown('x', unsafe_allow_html=True)"},
        {"pages/casework/funnel.py": "import streamlit as st\nst.html('x', unsafe_allow_javascript=bool(1))"},
    ],
    architecture.pages_live_in_sections: [{"pages/funnel.py": "import streamlit"}],
    architecture.modules_stay_short: [
        {"cockpit/charts.py": "A = 1\n" * 401},
        {"tests/test_charts.py": "A = 1\n" * 401},
    ],
    architecture.texts_are_translated_whole: [
        {"cockpit/cards.py": "_(f'{1} cases')"},
        {"cockpit/cards.py": "_('a' + b)"},
    ],
    architecture.imports_are_pinned: [
        {"cockpit/charts.py": "import plotly.graph_objects"},
        {"requirements.txt": "streamlit>=1.67\nSQLAlchemy==2.1.9\nduckdb==1.5.6\n"},
    ],
}
CASES = [(rule, broken) for rule, trees in BROKEN.items() for broken in trees]


def build(root: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def named(rule) -> str | None:
    return getattr(rule, "__name__", None)


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_the_house_keeps_its_rules(rule):
    assert rule(PROJECT) == []


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_a_small_house_that_keeps_the_rules_passes(rule, tmp_path):
    assert rule(build(tmp_path, HOUSE)) == []


@pytest.mark.parametrize(("rule", "broken"), CASES, ids=named)
def test_a_rule_can_fail(rule, broken, tmp_path):
    assert rule(build(tmp_path, HOUSE | broken)) != []


def test_every_rule_is_shown_able_to_fail():
    assert set(BROKEN) == set(RULES)
