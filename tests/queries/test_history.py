"""What an import changed, by field and value by value."""

from queries import history

ROWS = """
    load_id  target      record  field      old         new         changed_at
    L1       complaints  C1      status     open        closed      2023-11-01
    L2       complaints  C1      closed_at  2023-11-01  2023-11-02  2023-11-08
    L2       complaints  C2      closed_at  2023-11-01  2023-11-03  2023-11-08
    L2       cases       A1      category   邻里        物业        2023-11-08
    L3       cases       A1      category   物业        欠薪        2023-11-15
"""


def test_the_changes_of_some_imports_are_counted_by_field(database):
    database.add("history", ROWS)
    assert database.rows(history.changed_by_field(["L2", "L3"])) == [
        ("cases", "category", 2),
        ("complaints", "closed_at", 2),
    ]
    assert database.rows(history.changed_by_field([])) == []


def test_every_changed_value_is_there_with_what_it_was(database):
    database.add("history", ROWS)
    rows = database.rows(history.changes(["L2"]))
    assert [row[:5] for row in rows] == [
        ("cases", "A1", "category", "邻里", "物业"),
        ("complaints", "C1", "closed_at", "2023-11-01", "2023-11-02"),
        ("complaints", "C2", "closed_at", "2023-11-01", "2023-11-03"),
    ]
    assert database.rows(history.changes(["L2"], 1, 1)) == rows[1:2]
