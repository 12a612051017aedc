"""The import page: files → what was found → what it means → check → publish."""

from cockpit.cards.intake.checking import checking
from cockpit.cards.intake.files import advice, files, which
from cockpit.cards.intake.found import found
from cockpit.cards.intake.meaning import meaning
from cockpit.cards.intake.published import published
from cockpit.cards.intake.work import work

__all__ = ["advice", "checking", "files", "found", "meaning", "published", "which", "work"]
