"""When a cohort may be judged."""

from datetime import datetime

from cockpit.analysis.rates import is_mature


def test_a_cohort_is_mature_sixty_days_after_its_last_day():
    assert is_mature(datetime(2023, 10, 2), datetime(2023, 12, 1))
    assert not is_mature(datetime(2023, 10, 3), datetime(2023, 12, 1))
