"""The terms in the briefing: what is to be done by law or by the source, by kind, article and body."""

import re

from cockpit.briefing.document import plain
from queries.tables import FACTS
from tests.briefing.test_compose import LATE, block, chosen, made, measured


def test_what_is_to_be_done_adds_up(demonstration):
    briefing = made()
    rows = {row[0]: row for row in block(briefing, "monday").parts[0].rows}
    figures = {figure.name: figure.value for figure in briefing.figures}
    by_due_time = sum(measured("overdue", table, chosen())[0]["value"] for table in FACTS)
    assert rows[LATE][1] == f"{figures['deadlines.late']:,.0f}"
    assert figures["deadlines.late"] > by_due_time  # the law adds to what the source set
    again = measured("repeat_rate", "complaints", chosen())[0]["numerator"]
    assert rows["新增重复诉求"][1] == str(again)
    by_street = [value for name, value in figures.items() if name.startswith("deadlines.late@street=")]
    assert sum(by_street) == figures["deadlines.late"]
    for place, n in re.findall(r"(\w+街道) (\d+)", rows[LATE][2]):
        assert figures[f"deadlines.late@street={place}"] == int(n)


def test_the_terms_add_up_by_kind_article_and_body(demonstration):
    briefing = made()
    figures = {figure.name: figure.value for figure in briefing.figures}
    words, kinds, articles, bodies = block(briefing, "deadlines").parts
    over = sum(int(row[2].replace(",", "")) for row in kinds.rows)
    assert over == figures["deadlines.late"]
    pending = sum(int(row[1].replace(",", "")) for row in kinds.rows)
    assert f"在办 {pending:,} 件，其中超期 {over:,} 件" in plain(words.paragraphs[0])
    open_ = sum(measured("pending", table, chosen())[0]["value"] for table in FACTS)
    assert 0 <= pending - open_ < 100  # beside the pending ones those closed and under review
    assert sum(int(row[-1]) for row in articles.rows) <= over
    assert any("第34条" in row[1] for row in articles.rows)
    for body, late, soon, standing in bodies.rows:
        told = [figures[f"deadlines.{key}@body={body}"] for key in ("late", "due_soon", "standing")]
        assert told == [float(late), float(soon), float(standing)]


def test_the_longest_overdue_are_listed_and_counted(demonstration):
    table = block(made(), "monday").parts[1]
    days = [int(row[-1].replace(",", "")) for row in table.rows]
    assert len(days) == 10
    assert days == sorted(days, reverse=True)
    assert "共 " in table.caption
