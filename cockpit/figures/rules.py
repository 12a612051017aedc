"""How a printed number binds: exactly, as a bound, or as far as its printed digits go."""

from dataclasses import dataclass
from math import inf


@dataclass(frozen=True)
class Rule:
    """The values that agree with what was printed: from ``low`` to ``high``, both included."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        """NaN never does."""
        return self.low <= value <= self.high


def equal(value: float) -> Rule:
    """Digit by digit."""
    return Rule(value, value)


def at_least(value: float) -> Rule:
    """余, 以上."""
    return Rule(value, inf)


def within(low: float, high: float) -> Rule:
    """20%至30%."""
    return Rule(low, high)


def rounded(value: float, last_digit: float) -> Rule:
    """约, 万, 亿 and per cent: what rounds to the printed digits. ``last_digit``: what the last of them is worth."""
    return Rule(value - last_digit / 2, value + last_digit / 2)
