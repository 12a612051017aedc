"""Words in the reader's language. English msgids, Chinese by default; the catalogues are read as they are edited."""

from contextvars import ContextVar
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

LOCALE = Path(__file__).parent / "locale"
LANGUAGES = {"zh": "中文", "en": "English"}
CATALOGUES = {"zh": "zh_CN"}

_language: ContextVar[str] = ContextVar("language", default="zh")


def use(language: str) -> None:
    """Speak ``language`` from here on, in this thread only; an unknown one means Chinese."""
    _language.set(language if language in LANGUAGES else "zh")


def language() -> str:
    return _language.get()


def catalogue(code: str) -> Catalog:
    with open(LOCALE / CATALOGUES[code] / "LC_MESSAGES" / "cockpit.po", "rb") as file:
        return read_po(file)


@cache
def _texts(code: str) -> dict[str, str]:
    if code not in CATALOGUES:
        return {}
    return {str(message.id): str(message.string) for message in catalogue(code) if message.id and message.string}


def _(text: str) -> str:
    """``text`` in the reader's language."""
    return _texts(_language.get()).get(text, text)


def say(text: str, values: dict[str, object]) -> str:
    """A sentence with {names} in the reader's language. ``what`` is a word of ours; other values stand as they are."""
    spoken = {name: _(str(value)) if name == "what" else value for name, value in values.items()}
    return _(text).format(**spoken)
