"""The ten questions of a Monday (docs/questions.md): each is answered within three clicks from the first page."""

import re
from dataclasses import dataclass

import pytest

from sample_data import planted
from tests.browser.visit import Visit
from tests.conftest import PROJECT

MOST = 3  # clicks


@dataclass(frozen=True)
class Question:
    """text: as docs/questions.md asks it. page: where the answer is. then: what is done there. shows: patterns that its
    texts and heads of tables must say; rows: that cells of its tables must."""

    text: str
    page: str
    then: tuple[tuple[str, ...], ...] = ()
    shows: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()


QUESTIONS = (
    Question(
        "青禾街道谁超期了，依据哪一条，从什么时候起算？",
        "deadlines",
        (("choose", "street", "青禾街道"),),
        (r"青禾街道 · 全部类型", r"在办 \d+ 件，超期 \d+ 件", "法律依据"),
        (r"超 \d+ 天", "青禾街道", r"第\d+条", r"20\d\d-\d\d-\d\d"),
    ),
    Question(
        "今天到期的是哪几件，在谁手里？",
        "deadlines",
        (("tab", "deadlines_state", "今日到期"),),
        (r"今天 2023年12月1日", "责任单位"),
        ("今日到期", r"SF-[PC]\d{6}"),
    ),
    Question(
        "哪个单位答复信访最不及时？",
        "petitions",
        (),
        (r"按期答复率 [\d.]+%（[\d.]+—[\d.]+%）", "按责任单位"),
        (r"示范区|办事处", r"[\d.]+—[\d.]+"),
    ),
    Question(
        "这个月信访存量对得上吗：期初、新增、化解、期末？",
        "petitions",
        (("tab", "petitions_part", "控增减存防变"),),
        (r"[\d,]+ \+ [\d,]+ − [\d,]+ = [\d,]+",),
    ),
    Question(
        "积案还剩几件，谁包案，多久了？",
        "petitions",
        (("tab", "petitions_part", "积案"),),
        ("积案化解率", "包案领导"),
        ("区委书记|区长|区委政法委书记|常务副区长|分管副区长|街道党工委书记",),
    ),
    Question(
        "信访转调解，转过去以后丢在哪一步？",
        "petitions",
        (("tab", "petitions_part", "访调对接"),),
        ("访调对接",),
    ),
    Question(
        "三函发给了谁，谁逾期没有回？",
        "petitions",
        (("tab", "petitions_part", "三函"),),
        ("三函",),
        ("督查办函", "风险提示函", "办事处|局"),
    ),
    Question(
        "吹哨以后哪个部门到得最慢？",
        "whistles",
        (),
        (f"报到明显慢于其余部门：{planted.SLOW_DEPARTMENT}",),
        (planted.SLOW_DEPARTMENT.removeprefix("示范区"),),
    ),
    Question(
        "化解以后稳住了吗，哪个街道没有人去回访？",
        "follow-ups",
        (),
        (r"化解后 180 天稳定率 [\d.]+%（[\d.]+—[\d.]+%）", "仍在跟踪"),
        (planted.UNVISITED_STREET,),
    ),
    Question(
        "哪些案件依法不能走支付令，下一步怎么办？",
        "funnel",
        (("open", "funnel_barred_open"),),
        ("支付令资格", r"30 件不适用或应终结督促程序", "下一步："),
        ("已申请诉前保全", r"SF-C\d{6}"),
    ),
)


def clicks(page: Visit, action: str, key: str, value: str = "") -> int:
    """Do one thing on the page as a person does; how many clicks that takes."""
    if action == "choose":
        page.choose(key, value)
        return 2
    if action == "tab":
        page.field(key).get_by_role("radio", name=re.compile(value)).or_(
            page.field(key).get_by_role("button", name=re.compile(value))
        ).first.click()
    else:
        page.field(key).locator("summary").click()
    page.page.wait_for_timeout(200)
    page.wait()
    return 1


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: one.text)
def test_a_question_is_answered_within_three_clicks(open_page, demonstration_server, question):
    page = open_page(demonstration_server, "")
    taken = page.go(question.page) + sum(clicks(page, *step) for step in question.then)
    assert taken <= MOST
    text = page.text()
    heads, cells = ("\n".join(page.page.locator(f"canvas {of}").all_text_contents()) for of in ("th", "td"))
    assert [one for one in question.shows if not re.search(one, text + heads)] == []
    assert [one for one in question.rows if not re.search(one, cells)] == []
    assert page.inspect() == []


def test_the_questions_are_those_of_the_document():
    told = (PROJECT / "docs/questions.md").read_text("utf-8")
    assert len(QUESTIONS) == 10
    assert [one.text for one in QUESTIONS if one.text not in told] == []
