"""The chain of a repeated matter opens by a click on its row."""

import re


def test_a_click_on_a_matter_shows_all_its_petitions(open_page, demonstration_server):
    page = open_page(demonstration_server, "petitions?part=repeats")
    matters = page.field("matters_list")
    matters.scroll_into_view_if_needed()
    box = matters.bounding_box()
    page.page.mouse.click(box["x"] + 16, box["y"] + 54)  # the mark of the first row
    page.page.get_by_text("的来龙去脉").wait_for()
    page.wait()
    assert re.search(r"SF-P\d{6} 的来龙去脉", page.text())
    assert page.inspect() == []
