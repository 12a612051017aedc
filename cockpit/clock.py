"""What time it is where the cockpit works."""

from datetime import datetime

from cockpit.settings import settings


def now() -> datetime:
    """The moment in the cockpit's time zone, without a zone, as every time in the contract."""
    return datetime.now(settings().zone).replace(tzinfo=None)
