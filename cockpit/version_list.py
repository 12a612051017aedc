"""The list of versions in words: what each of them brought, and what it changed in the headline measures."""

from typing import Any

from cockpit import format, versions
from cockpit.fields import TABLES
from cockpit.headline import KEYS, Headline
from cockpit.i18n import _
from cockpit.versions import Version
from queries.measures import MEASURES
from queries.words import N_

KINDS = {
    "import": N_("Import"),
    "rollback": N_("Rollback"),
    "aliases": N_("Other names of areas"),
    "demonstration": N_("Demonstration data"),
    "upgrade": N_("Upgrade"),
}


def phrases(change: Headline) -> list[str]:
    """What changed, a phrase a measure: 纠纷 收案数 +12."""
    return [
        f"{_(TABLES[table])} {_(MEASURES[key].label)} {_grown(value, MEASURES[key].unit)}"
        for table, values in change.items()
        for key, value in values.items()
        if value is not None
    ]


def _grown(value: float, unit: str) -> str:
    if unit == "share":
        return _("{difference} points").format(difference=format.signed(value * 100, 1))
    return _("{difference} days").format(difference=format.signed(value, 1)) if unit == "days" else format.signed(value)


def kind(version: Version) -> str:
    """What it is, and of a rollback which version came back."""
    if version.restores is None:
        return _(KINDS[version.kind])
    return _("Rollback to version {number}").format(number=version.restores)


def records(url: str, spoken: bool) -> list[dict[str, Any]]:
    """One record a version, the newest first; ``spoken``: for people, with fewer columns, else for programs."""
    return [(_said if spoken else _record)(version) for version in versions.listed(url)]


def _said(one: Version) -> dict[str, Any]:
    counts = (one.sum("read"), one.sum("kept"), one.sum("rejected"), one.sum("superseded"))
    return {
        _("Version"): one.number,
        _("Published"): format.moment(one.published_at),
        _("By"): one.published_by,
        _("Kind"): kind(one),
        _("Files"): "\n".join(f"{file['file']} ({file['mapping'] or format.DASH})" for file in one.files),
        _("Read = kept + rejected + superseded"): "{:,} = {:,} + {:,} + {:,}".format(*counts) if one.files else "",
        _("Added, changed"): f"{one.added:,}, {one.changed:,}",
        _("Headline measures"): "\n".join(phrases(one.change)),
        _("Kept"): _("yes") if one.kept else _("no"),
    }


def _record(one: Version) -> dict[str, Any]:
    return {
        "version": one.number,
        "published_at": one.published_at.isoformat(" ", "seconds"),
        "published_by": one.published_by,
        "kind": one.kind,
        "restores": one.restores,
        "files": "; ".join(file["file"] for file in one.files),
        "mappings": "; ".join(dict.fromkeys(file["mapping"] for file in one.files)),
        **{what: one.sum(what) for what in ("read", "kept", "rejected", "superseded")},
        "added": one.added,
        "changed": one.changed,
        **{f"{table}.{key}": one.measures.get(table, {}).get(key) for table, keys in KEYS.items() for key in keys},
        "change": "; ".join(
            f"{table}.{key} {value:+g}" for table, values in one.change.items() for key, value in values.items()
        ),
        "available": one.kept,
    }
