"""支付令资格 on the funnel page: what bars a payment order, the cases in question, and the next lawful way."""

from datetime import timedelta
from typing import Any

import pandas as pd
import streamlit as st

from cockpit import format, payment_orders
from cockpit.cards import sheet
from cockpit.cards.elements import coloured, offer, title
from cockpit.cards.listing import listing
from cockpit.i18n import _
from cockpit.session import is_print, viewer
from queries.filters import Filters


def eligibility(filters: Filters) -> None:
    """The card, where the district has requests for payment orders; nothing elsewhere."""
    if not payment_orders.recorded(filters):
        return
    end = filters.known_until
    with sheet.box():
        title(
            _("Who may have a payment order"),
            _("all programmes · all requests up to {moment}").format(moment=format.data_date(end)),
        )
        counts = payment_orders.standing(filters)
        if counts["asked"] == 0 and counts["barred_elsewhere"] == 0:
            st.markdown(_("No order was asked for under this choice."))
            return
        st.markdown(payment_orders.said(counts))
        _reasons(payment_orders.reasons(counts, (end - timedelta(microseconds=1)).date()))
        if counts["barred"] != 0:
            _cases(filters, counts["barred"])


def _reasons(frame: pd.DataFrame) -> None:
    """Each bar with its counts, its article and the way that is left; sentences do not fit the cells of a table."""
    for place, row in zip(sheet.side_by_side([1] * len(frame)), frame.to_dict("records"), strict=True):
        with place.container(gap="xxsmall"):
            found = row["asked"] != 0 or row["elsewhere"] != 0
            heading = f"**{row['reason']}**" if found else f":gray[**{row['reason']}**]"
            glyph = "" if row["asked"] == 0 else "● "
            counts = _("{n} asked for an order · {elsewhere} took another way")
            said = counts.format(n=format.told(row["asked"]), elsewhere=format.told(row["elsewhere"]))
            st.markdown(coloured(f"{glyph}{heading}　:small[{said}]"))
            st.markdown(_("Next lawful way: {way}.").format(way=row["way"]))
            st.caption(row["basis"])
    labels = {
        "reason": _("What bars it"),
        "asked": _("Asked for an order"),
        "elsewhere": _("Took another way"),
        "basis": _("Legal basis"),
        "way": _("Next lawful way"),
    }
    offer(_("Who may have a payment order"), frame, labels)


def _cases(filters: Filters, count: float) -> None:
    """The cases, read when they are asked for."""
    if is_print() or not viewer().rows:
        return
    cases = st.expander(_("The {n} cases").format(n=format.number(count)), key="funnel_barred_open", on_change="rerun")
    if not cases.open:
        return
    with cases:
        found = payment_orders.barred(filters)
        listing(lambda limit, offset: found[offset : offset + limit], count, "payment_orders", _shown, _file)


def _labels() -> dict[str, str]:
    return {
        "case_id": _("Number"),
        "street": _("Street"),
        "reason": _("What bars it"),
        "applied_at": _("Payment order asked for on"),
        "issued_at": _("Issued on"),
        "served_at": _("Served on"),
        "programme": _("Programme"),
        "amount_claimed": _("Amount claimed, CNY"),
    }


def _shown(rows: pd.DataFrame) -> tuple[pd.DataFrame, dict]:
    labels, column = _labels(), st.column_config
    days = format.day_pattern()
    columns: dict[str, Any] = {name: column.TextColumn(label) for name, label in labels.items()}
    columns |= {name: column.DatetimeColumn(labels[name], format=days) for name in labels if name.endswith("_at")}
    columns["amount_claimed"] = column.NumberColumn(labels["amount_claimed"], format="localized")
    return payment_orders.listed(rows), columns


def _file(rows: pd.DataFrame) -> pd.DataFrame:
    labels = _labels() | {"category": _("Category")}
    return payment_orders.listed(rows)[list(labels)].rename(columns=labels)
