"""Each measure once: key, label, unit, numerator, denominator, date basis, why.

The KPI tooltip, the axis title, the command line and docs/measures.md all read these objects. A measure is a quotient
of sums of terms, and a term is a number of rows (or a sum over them) on a date of its own: so counts add up over
streets and months, and every ratio is a sum over a sum, never a mean of percentages.
"""

from queries.measures.beside import BESIDE, Beside
from queries.measures.core import CORE
from queries.measures.disputes import DISPUTES
from queries.measures.mechanisms import MECHANISMS
from queries.measures.parts import PENDING
from queries.measures.petitions import PETITIONS
from queries.measures.terms import Flow, Measure, Stock, Term

VERSION = "v1.1"
"""Of the definitions, as every page and file names it."""
MEASURES: dict[str, Measure] = {measure.key: measure for measure in (*CORE, *DISPUTES, *PETITIONS, *MECHANISMS)}

__all__ = [
    "BESIDE",
    "CORE",
    "DISPUTES",
    "MEASURES",
    "MECHANISMS",
    "PENDING",
    "PETITIONS",
    "VERSION",
    "Beside",
    "Flow",
    "Measure",
    "Stock",
    "Term",
]
