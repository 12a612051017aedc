"""Which rates are too young or of too few to judge."""

from datetime import datetime, timedelta

MATURE_DAYS = 60
"""A cohort younger than this is not yet mature: many of its records are still under way."""
PLAIN, SOLID = 30, 200
"""Fewer records than PLAIN: greyed; fewer than SOLID: a hollow dot."""


def is_mature(until: datetime, data_date: datetime) -> bool:
    """Has everything received before ``until`` had its time by the data date?"""
    return until + timedelta(days=MATURE_DAYS) <= data_date
