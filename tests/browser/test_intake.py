"""Files of every kind through the import page, in a real browser: what it takes, what is published, what is left."""

import csv
import hashlib
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from cockpit import database, versions
from cockpit.answers import answer
from cockpit.choice import bounds
from queries.filters import Filters
from queries.tables import FACTS, metadata
from tests.browser.clerk import LONG, Clerk
from tests.intake import exports
from tests.intake.files import rows_of
from tests.intake.test_real_files import FILES
from tests.rows import Rows
from tests.server import Server, serve

MOST_ACTS = 10


@pytest.fixture(scope="module")
def facts(tmp_path_factory) -> str:
    """A place for facts; there are none yet."""
    return f"duckdb:///{tmp_path_factory.mktemp('facts') / 'data.duckdb'}"


@pytest.fixture(scope="module")
def open_server(facts, tmp_path_factory) -> Iterator[Server]:
    """Whoever opens it may publish."""
    with serve(
        facts, tmp_path_factory.mktemp("log") / "intake.log", COCKPIT_OPEN="1", COCKPIT_UPLOAD_MB="30"
    ) as server:
        yield server


@pytest.fixture
def clerk(open_page, open_server) -> Iterator[Clerk]:
    """Before an empty import page; what the browser complained about fails the test."""
    opened = open_page(open_server, "intake")
    yield Clerk(opened)
    assert opened.complaints == []


# --- published files --------------------------------------------------------------------------------------------------

DISTRICTS = {
    "boston311": "Boston", "sf311": "San Francisco", "nyc311": "New York", "nlrb": "NLRB", "tdcup2020": "A市",
}  # fmt: skip
NOT_USED = {"boston311": ("due_at",)}  # the times that were promised are none by law; the file has a flag of its own
FIGURES = {
    "boston311": {"received": 50_000, "closed": 41_995, "median_days": 3.0267, "p90_days": 52.8572,
                  "on_time_rate": 33_287 / 41_933, "overdue": 5_141},
    "sf311": {"received": 10_000, "closed": 9_630, "median_days": 5.6600},
    "nyc311": {"received": 1_000, "closed": 293, "median_days": 0.0235},
    "nlrb": {"received": 7_967, "closed": 7_256, "median_days": 47.0},
    "tdcup2020": {"received": 2_816, "closed": 2_816, "median_days": 11.2082},
}  # fmt: skip
PARTS = {
    ("boston311", "street"): {"Dorchester": 6_003, None: 5_639, "Roxbury": 3_843, "Jamaica Plain": 3_407},
    ("boston311", "month"): {"2015-01": 7_528, "2015-02": 9_052, "2015-03": 10_208, "2015-04": 10_563,
                             "2015-05": 10_436, "2015-06": 2_213},
    ("sf311", "street"): {None: 4_603},
    ("nyc311", "street"): {"Brooklyn": 327, "Bronx": 228, "Manhattan": 222, "Queens": 208},
    ("nlrb", "category"): {"RC": 5_699, "RD": 1_444},
}  # fmt: skip


def asked(url: str, key: str, district: str, by: str | None = None, **period: date) -> list[dict]:
    """A measure of one district, over all the data unless ``period`` says otherwise."""

    def ask(question, *arguments):
        return database.fetch(question(*arguments), url)

    name = "cases" if district == DISTRICTS["nlrb"] else "complaints"
    reach = bounds(ask, (FACTS[name],))
    assert reach is not None
    filters = Filters(
        **({"start": reach.first, "end": reach.last} | period), data_date=reach.data_date, district=district
    )
    return answer(ask, key, FACTS[name], filters, by)


@pytest.mark.parametrize("name", FILES)
def test_a_published_file_takes_few_clicks_and_has_its_figures(clerk, facts, real_data, name):
    clerk.bring(real_data / FILES[name])
    clerk.choose("district_same", DISTRICTS[name])
    for ours in NOT_USED.get(name, ()):
        clerk.choose(ours, "— 不使用")
    clerk.check()
    clerk.publish()
    assert clerk.acts <= MOST_ACTS
    assert "已发布" in clerk.text()
    for key, value in FIGURES[name].items():
        assert asked(facts, key, DISTRICTS[name])[0]["value"] == pytest.approx(value, abs=0.00005), key
    for (of, by), counts in PARTS.items():
        if of == name:
            period = {"start": date(2015, 1, 1), "end": date(2015, 12, 31)} if by == "month" else {}
            found = {record[by]: record["value"] for record in asked(facts, "received", DISTRICTS[name], by, **period)}
            assert {part: found[part] for part in counts} == counts


# --- invented files, for a district of which nothing is known but its streets -----------------------------------------


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def home_url(home) -> str:
    url = f"duckdb:///{home / 'data.duckdb'}"
    engine, row = database.create(url), Rows().row
    streets = [row("areas", area_id=f"1{i}", name=name, parent_id="1") for i, name in enumerate(exports.STREETS)]
    with engine.begin() as connection:
        areas = [row("areas", area_id="1", level="district", name="宝安区"), *streets]
        connection.execute(metadata.tables["areas"].insert(), areas)
    engine.dispose()
    return url


@pytest.fixture(scope="module")
def home_server(home_url, tmp_path_factory) -> Iterator[Server]:
    log = tmp_path_factory.mktemp("log") / "home.log"
    with serve(home_url, log, COCKPIT_OPEN="1", COCKPIT_UPLOAD_MB="40") as server:
        yield server


@pytest.fixture
def local(open_page, home_server) -> Iterator[Clerk]:
    opened = open_page(home_server, "intake")
    yield Clerk(opened)
    assert opened.complaints == []


HEADER = ("工单编号", "来电时间", "办结时间", "工单状态", "区", "所属街道", "一级分类", "受理渠道")


def ticket(number: str, street: str = "西乡街道", opened: str = "2023-11-01 09:30:00") -> tuple[str, ...]:
    return number, opened, "2023-11-03 10:00:00", "已办结", "宝安区", street, "噪声扰民", "电话"


def tickets(folder: Path, name: str, *rows: tuple[str, ...]) -> Path:
    """A file of these, and of twenty others, so that there is something to tell columns by."""
    others = [ticket(f"{name}-{i}", exports.STREETS[i % 3], f"2023-10-{i + 1:02d} 08:00:00") for i in range(20)]
    return exports.text(folder, f"{name}.csv", [HEADER, *others, *rows])


def test_a_workbook_with_a_cover_and_two_rows_of_names_is_recognised_the_second_time(local, home_url, tmp_path):
    file = exports.workbook(tmp_path, "信访台账.xlsx", 封面=exports.COVER, 台账=exports.PETITIONS)
    local.bring(file)
    assert "列名在第 3—4 行" in local.text()
    assert local.box("saved").input_value() != "信访台账"
    local.check()
    local.publish()
    assert local.acts <= MOST_ACTS
    assert "新增 40 件" in local.text()

    local.next()
    local.bring(file)
    assert local.box("saved").input_value() == "信访台账"
    local.check()
    before = len(versions.listed(home_url))
    local.press("intake_publish")
    local.see(".st-key-intake_again")
    local.settle()
    assert "信访台账.xlsx 已于" in local.text()
    assert len(versions.listed(home_url)) == before
    local.press("intake_again")
    local.see(".st-key-intake_published")
    assert "新增 0 件，变更 0 件，未变 40 件" in local.text()
    assert len(versions.listed(home_url)) == before + 1


def test_the_tables_of_an_archive_are_published_as_one_version(local, home_url, tmp_path):
    parts = exports.HOTLINE[1:31], exports.HOTLINE[31:]
    files = [exports.text(tmp_path, f"工单{i}.csv", [exports.HOTLINE[0], *rows]) for i, rows in enumerate(parts, 1)]
    with zipfile.ZipFile(tmp_path / "工单.zip", "w") as archive:
        for file in files:
            archive.write(file, file.name)
    local.bring(tmp_path / "工单.zip")
    assert local.page.locator(".st-key-intake_which input").input_value() == "1/2 · 工单.zip/工单1.csv"
    local.check()
    local.publish()
    assert local.acts <= MOST_ACTS
    newest = versions.listed(home_url)[0]
    assert [(file["file"], file["kept"]) for file in newest.files] == [("工单1.csv", 30), ("工单2.csv", 30)]
    assert newest.added == 60


def left(home: Path) -> dict[str, str]:
    """What lies beside the facts and what is in it; not what readers are sending."""
    files = [path for path in home.rglob("*") if path.is_file() and ".upload-" not in str(path)]
    return {str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_a_check_that_is_cancelled_leaves_everything_as_it_was(open_page, home_server, home, tmp_path):
    local = Clerk(open_page(home_server, "intake", lang="en"))
    rows = [ticket(f"大{i:07d}", opened=f"2023-{i % 12 + 1:02d}-01 09:{i % 60:02d}:00") for i in range(300_000)]
    local.bring(exports.text(tmp_path, "大文件.csv", [HEADER, *rows]))
    local.page.locator(".st-key-intake_remember label").click()
    before = left(home)
    local.press("intake_check")
    local.see("[data-testid=stProgress]")
    (sent,) = [folder for folder in home.glob("*.upload-*") if any(folder.rglob("大文件.csv"))]
    local.page.wait_for_function("/(Reading|Checking) · /.test(document.body.innerText)", timeout=LONG)
    assert list(sent.glob("work-*"))
    local.press("intake_cancel")
    local.see(".st-key-intake_meaning")
    assert left(home) == before
    assert not list(sent.glob("work-*"))
    local.settle()
    assert local.page.locator(".st-key-intake_check button").is_enabled()
    assert local.visit.complaints == []


def test_a_street_that_nobody_knows_is_named_on_the_spot_and_known_from_then_on(local, home_url, tmp_path):
    local.bring(tickets(tmp_path, "片区一", ticket("片区一", "海滨片区办")))
    local.check()
    assert "海滨片区办" in local.see(".st-key-intake_checking").inner_text()
    local.choose("alias_0", "福永街道")
    local.press("intake_recheck")
    local.page.locator(".st-key-intake_alias_0").wait_for(state="detached")
    local.see(".st-key-intake_publish")
    assert "无法识别" not in local.text()
    local.publish()
    assert dict(rows_of(home_url, "complaints", "complaint_id", "street"))["片区一"] == "福永街道"

    local.next()
    local.bring(tickets(tmp_path, "片区二", ticket("片区二", "海滨片区办")))
    local.check()
    assert "无法识别" not in local.text()
    local.publish()
    assert dict(rows_of(home_url, "complaints", "complaint_id", "street"))["片区二"] == "福永街道"


def test_a_reject_is_downloaded_corrected_and_gone(local, open_page, home_server, home_url, tmp_path):
    local.bring(tickets(tmp_path, "退回", ticket("退回一", opened="2023-13-45")))
    local.check()
    local.publish()
    page = open_page(home_server, "quality")
    assert "2023-13-45" not in page.text()  # tables are drawn; their text is in the file
    with page.page.expect_download() as coming:
        page.page.locator(".st-key-rejects_CSV button").click()
    coming.value.save_as(tmp_path / "更正.csv")
    header, *rows = list(csv.reader((tmp_path / "更正.csv").read_text("utf-8-sig").splitlines()))
    (mine,) = [row for row in rows if "退回一" in row]
    assert mine[header.index("来电时间")] == "2023-13-45"
    assert mine[header.index("退回原因")] == "收到日期不是时间"
    mine[header.index("来电时间")] = "2023-11-05 08:00:00"
    exports.text(tmp_path, "更正.csv", [header, *rows])

    local.next()
    local.bring(tmp_path / "更正.csv")
    assert local.box("saved").input_value() != "不用：重新推断"
    local.check()
    local.publish()
    assert [corrected for line, corrected in rows_of(home_url, "rejects", "line", "corrected_by")] != [None]
    page.page.reload()
    page.wait()
    assert "所有行均已收录，或已更正后收录。" in page.text()
    assert page.inspect() == []


def test_what_cannot_be_taken_is_said(local, tmp_path):
    large, paper = tmp_path / "全年.csv", tmp_path / "工单.csv"
    with large.open("wb") as file:
        file.truncate(41 << 20)
    local.bring(large)
    assert "全年.csv 有 41.0 MB，此处最多 40 MB。" in local.see(".said").inner_text()
    paper.write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n" * 20)
    local.page.locator(".drop input[type=file]").set_input_files([str(paper)])
    assert "PDF 文件" in local.see("[data-testid=stAlert]").inner_text()


# --- hostile files ----------------------------------------------------------------------------------------------------

HOSTILE = (
    "<img src=x onerror=\"window.__hostile='ran'\">",
    "<script>window.__hostile='ran'</script>",
    "![图](https://evil.example.org/pixel.png)",
    "[点](javascript:window.__hostile='ran')",
    "=cmd|' /C calc'!A0",
    ":red[红] :material/home: $x^2$ `a` **b** ~~c~~ # d",
    "\u202e倒\u2066着\u200f 👩\u200d👩\u200d👧 🏴\u200d☠️",
    "长" * 5_000,
)


def harmless(page) -> bool:
    """Nothing of it ran, was fetched, or is a link, a picture or Markdown."""
    bad = "[href*='evil.example'], [href^='javascript'], [src*='evil.example'], img[src='x'], main .katex, main del"
    return page.evaluate("window.__hostile") is None and page.locator(bad).count() == 0


def test_a_hostile_file_is_plain_text_on_every_page(local, open_page, home_server, home_url, tmp_path):
    known = (name for name in HEADER if name != "区")  # else it is recognised as one of the files above
    names = [*known, *(f"{HOSTILE[i % 7]}{i}" for i in range(293))]
    rows = [
        [f"H{i}{bad}", HOSTILE[i] if i < 3 else f"2023-11-{i + 1:02d} 09:00:00", "", "已办结", *[bad] * 24, *[""] * 272]
        for i, bad in enumerate(HOSTILE * 3)
    ]
    name = "[点](javascript:window.__hostile='ran') <img src=x onerror=window.__hostile='ran'>.csv"
    local.bring(exports.text(tmp_path, name, [names, *rows]))
    assert "300 列" in local.text()
    assert harmless(local.page)
    local.page.get_by_text("其余字段（未填）").click()
    for ours, theirs in (("complaint_id", "工单编号"), ("street", "所属街道"), ("category", "一级分类")):
        local.choose(ours, theirs)
    local.choose("district_same", HOSTILE[0])
    local.check()
    assert harmless(local.page)
    local.publish()
    assert harmless(local.page)
    for path in ("quality", "versions", ""):
        page = open_page(home_server, path)
        assert page.inspect() == []
        assert harmless(page.page)
        page.page.context.close()
