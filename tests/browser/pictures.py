"""Whole-page pictures of a running cockpit, and what its browser had to complain about.

    python -m tests.browser.pictures --url http://localhost:8501 "" funnel "hotspots?street=西乡街道"

For each path (default: every page) a desktop picture (1920 wide) and a phone picture (390 wide), whole page. Prints a
line a picture; exits with 1 if there was any complaint.
"""

import argparse
import sys
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Browser

from cockpit import chromium
from tests.browser.visit import PAGES, filename, visit


def picture(browser: Browser, options: argparse.Namespace, path: str, phone: bool) -> bool:
    """Take one picture; True if there was a complaint."""
    opened = visit(browser, options.url, path, phone=phone, lang=options.lang, dark=options.dark)
    height = 0 if options.fold else opened.unfold()
    if options.grey:
        opened.page.add_style_tag(content="html{filter:grayscale(1)}")
    marks = [filename(path), "phone" * phone, options.lang or "", "dark" * options.dark, "grey" * options.grey]
    name = "_".join(mark for mark in marks if mark)
    opened.page.screenshot(path=options.out / f"{name}.png")
    complaints = opened.inspect()
    opened.page.context.close()
    print(f"{name}.png  ready {opened.seconds:.1f} s  height {height}", *complaints, sep="\n    ", flush=True)
    return bool(complaints)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", default=list(PAGES))
    parser.add_argument("--url", default="http://localhost:8501")
    parser.add_argument("--out", type=Path, default=Path("pictures"))
    parser.add_argument("--lang")
    parser.add_argument("--only", choices=["desktop", "phone"])
    for flag, meaning in (("dark", "dark theme"), ("grey", "greyscale proof"), ("fold", "first screen only")):
        parser.add_argument(f"--{flag}", action="store_true", help=meaning)
    return parser.parse_args()


def main() -> None:
    options = arguments()
    try:
        urlopen(f"{options.url}/_stcore/health", timeout=5).close()
    except OSError:
        sys.exit(f"No cockpit answers at {options.url}: start it with make run, or say where it is with --url.")
    options.out.mkdir(parents=True, exist_ok=True)
    with chromium.browser() as browser:
        bad = [
            picture(browser, options, path, phone)
            for path in options.paths
            for phone in (False, True)
            if options.only != ("desktop" if phone else "phone")
        ]
    sys.exit(any(bad))


if __name__ == "__main__":
    main()
