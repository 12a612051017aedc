"""What the first visitor after a start gets."""

from tests.server import serve


def test_a_link_to_a_page_is_found_by_the_first_visitor(open_page, demonstration_url, tmp_path):
    with serve(demonstration_url, tmp_path / "server.log") as server:
        page = open_page(server, "funnel")
        assert page.inspect() == []
        assert "漏斗" in page.page.locator("h1").inner_text()
