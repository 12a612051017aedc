"""docs/measures.md, written from the measures themselves: ``python -m cockpit.measures_page > docs/measures.md``."""

from cockpit import i18n
from queries.measures import BESIDE, CORE, DISPUTES, MECHANISMS, PETITIONS, Measure

INTRODUCTION = """# Measures

Written from `queries/measures/` by `python -m cockpit.measures_page > docs/measures.md`; a test holds the two equal.
The key is the name in code and on the command line: `python -m cockpit measure KEY`. What the cards say on hover, the
axis titles and this page come from the same objects.

## How they are counted

- **Three kinds of date.** A *flow* is what happened in the period, by its own date: received by `opened_at`, closed by
  `closed_at`. A *stock* is what stood at the end of the period; where the data end sooner, terms that run out after
  the data date are not over yet, and ages are counted to it. A *cohort* follows what was received in the period as
  far as the data date knows; one younger than 60 days is marked as not yet mature.
- **The data date** is the newest `as_of` given with an import, else the second after the newest opening or closing.
  No measure asks the clock.
- **Closed** is a record with a closing time or with status closed. One without a closing time counts under its opening
  and stays out of every duration; so does one that was closed before it was opened, which was never pending either.
- **A ratio** is a sum over a sum, never a mean of percentages. Where the denominator is zero there is no value. Rates
  are fractions between 0 and 1 on the command line and per cent on the pages.
- **Days** are seconds ÷ 86 400, fractions kept. A quantile interpolates linearly between order statistics.
- **Terms.** Acceptance: 15 days from receipt (信访工作条例, article 22). Reply: the source's due time; where there is
  none, 60 days from acceptance (or from receipt where none is recorded) of appeals that take the petition procedure
  itself (articles 31(6) and 34), and no term at all otherwise: such a record is not judged. Both are calendar days;
  pauses and extensions of single records stand on the page 时限. A due time at midnight is a day without an hour: that
  day counts whole, on the page 时限 too. Since v1.1; v1.0 gave 60 days to every complaint without a due time, and took
  midnight for the beginning of the day.
- **Uncertainty.** A share stands beside its denominator and its Wilson 95% interval; under 30 it is greyed. A change is
  coloured only where the two intervals do not overlap, and is called one under 本月需要关注 only beyond the control
  limits of the twelve months before.
- **Whether it held.** The page 回访 follows each resolved dispute from its closing until it flared up again or the
  data date, by Kaplan–Meier with Greenwood's variance and 95% limits on the scale of log(−log); where nothing has
  flared up yet, the lower limit is the exact one of none among those still followed. Groups are compared by the
  log-rank test over 180 days, each also against the rest with false discoveries held at 5% (Benjamini-Hochberg).
  Where everybody was followed long enough, it is 1 − `reopened_rate_N`. The median times of 吹哨报到 come from the
  same estimate: a call that nobody has answered counts for as long as it has waited.
- **Small counts.** Who may not see rows sees no count from 1 to 4, and none that could be worked out from the others.
"""

SECTIONS = (
    ("Disputes and complaints alike", CORE),
    ("Disputes", DISPUTES),
    ("Complaints and petitions", PETITIONS),
    ("Calls and visits", MECHANISMS),
)
UNITS = {
    "count": "records",
    "share": "fraction, shown in %",
    "days": "days",
    "cny": "CNY, shown in 万元 or 亿元",
    "per_10k": "per 10 000 residents",
    "persons": "persons (人次)",
    "visits": "visits (批次)",
}


def page() -> str:
    """The whole of docs/measures.md, English with the Chinese label and definition."""
    sections = (f"## {title}\n\n" + "\n".join(map(paragraph, measures)) for title, measures in SECTIONS)
    return "\n".join([INTRODUCTION, *sections, single()])


def single() -> str:
    """Figures of single pages: no measures of the command line, and each with its definition all the same."""
    names = ("Page", "Figure", "Meaning", "释义", "Date")
    cells = (
        (f"{one.page} · {chinese(one.page)}", f"{one.label} · {chinese(one.label)}", one.why, chinese(one.why), one.on)
        for one in BESIDE.values()
    )
    rows = [f"| {' | '.join(row)} |" for row in (names, ["---"] * len(names), *cells)]
    return "\n".join(["## Figures of single pages\n", *rows, ""])


def paragraph(measure: Measure) -> str:
    """What one measure counts, over what, by which date, and in which tables."""
    facts = (
        ("Kind", kind(measure)),
        ("Unit", UNITS[measure.unit]),
        ("Date", measure.on),
        ("Tables", ", ".join(measure.tables + measure.reads)),
        ("After", measure.after),
        ("Better", {1: "more", -1: "less"}.get(measure.better, "")),
    )
    told = " · ".join(f"{name}: {value}" for name, value in facts if value)
    return f"### `{measure.key}` · {chinese(measure.label)}\n\n" + _lines(
        f"**{measure.label}.** {measure.why}.", f"释义：{chinese(measure.why)}。", told
    )


def kind(measure: Measure) -> str:
    """What the number is made of."""
    if measure.quantile is not None:
        return f"quantile {measure.quantile:g} of durations"
    if measure.per_population:
        return "ratio to residents"
    if measure.is_ratio:
        return "ratio"
    return "sum" if measure.unit in ("cny", "persons") else "count"


def chinese(text: str) -> str:
    i18n.use("zh")
    return i18n._(text)


def _lines(*lines: str) -> str:
    return "\n\n".join(lines) + "\n"


if __name__ == "__main__":
    print(page(), end="")
