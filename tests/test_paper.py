"""Where a server finds its own pages, and what stands at the foot of a sheet."""

import pytest

from cockpit import paper


@pytest.mark.parametrize(
    ("host", "path", "found"),
    [
        ("127.0.0.1", "", "http://127.0.0.1:8501/funnel?a=%E8%A1%97"),
        ("0.0.0.0", "", "http://127.0.0.1:8501/funnel?a=%E8%A1%97"),
        ("::", "", "http://[::1]:8501/funnel?a=%E8%A1%97"),
        ("10.1.2.3", "/cockpit/", "http://10.1.2.3:8501/cockpit/funnel?a=%E8%A1%97"),
    ],
)
def test_a_server_finds_its_own_pages(monkeypatch, host, path, found):
    monkeypatch.setattr(paper, "_address", "")
    paper.serve_at(host, 8501, path)
    assert paper.address("funnel", {"a": "街"}) == found


def test_the_foot_shows_names_as_they_are_and_numbers_the_pages():
    foot = paper.foot(["<b>街</b>", "{page}"], "第 {page} 页，共 {pages} 页")
    assert "&lt;b&gt;街&lt;/b&gt;" in foot
    assert "<b>" not in foot
    assert "第 <span class='pageNumber'></span> 页，共 <span class='totalPages'></span> 页" in foot
    assert "{page}" in foot
