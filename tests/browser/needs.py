"""What the tests of paper need beside Python: skipped with the reason where it is missing, failed on CI."""

import os
import shutil

import pytest

PACKAGES = {"chromium": "chromium fonts-noto-cjk", "pdftotext": "poppler-utils", "pdffonts": "poppler-utils"}


def require(program: str) -> None:
    """Skip this test where ``program`` is missing; fail where CI is set."""
    if shutil.which(program) is None:
        reason = f"no {program}: apt-get install {PACKAGES[program]}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


needs_chromium = pytest.mark.usefixtures("_chromium")
needs_poppler = pytest.mark.usefixtures("poppler")
