"""Why a row was not taken, in the reader's words."""

from cockpit.fields import FIELDS
from cockpit.i18n import _
from queries.words import N_

WORDS = {
    "missing": N_("{field} is missing"),
    "not a time": N_("{field} is no time"),
    "not a number": N_("{field} is no number"),
    "not yes or no": N_("{field} is neither yes nor no"),
    "unknown value": N_("{field} has an unknown word"),
    "repeated": N_("{field} was there before in this file"),
    "more cells than columns": N_("The row has more cells than the header"),
}


def reason(code: str) -> str:
    """One reason, such as ``not a time: closed_at``; what is not known stands as it is."""
    kind, _colon, field = code.partition(": ")
    if kind not in WORDS:
        return code
    named = " · ".join(_(FIELDS.get(one, one)) for one in field.split(", "))
    return _(WORDS[kind]).format(field=named)


def reasons(codes: str) -> str:
    """Several of them, as ``rejects.reason`` joins them."""
    return "；".join(reason(code) for code in codes.split("; ")) if "; " in codes else reason(codes)
