"""What time it is where the cockpit works."""

from datetime import date, datetime

from cockpit.settings import settings


def now() -> datetime:
    """The moment in the cockpit's time zone, without a zone, as every time in the contract."""
    return datetime.now(settings().zone).replace(tzinfo=None)


def today() -> date:
    """The day from which terms count: that of COCKPIT_TODAY, else of the cockpit's clock."""
    return settings().today or now().date()
