"""The second start of the server shows the first page within five seconds."""

from tests.server import serve

SECONDS = 5


def test_the_second_start_shows_the_first_page_soon(open_page, demonstration_url, demonstration_server, tmp_path):
    with serve(demonstration_url, tmp_path / "server.log") as server:
        page = open_page(server, "")
        assert page.inspect() == []
        assert server.seconds + page.seconds <= SECONDS
