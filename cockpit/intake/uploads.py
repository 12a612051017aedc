"""Files on their way from a browser: each reader's in a folder of its own on the disk, never in memory. No Streamlit.

``Upload`` is opened by the page, which hands its token to the browser; the browser sends the bytes to ``receive``
(``cockpit.server`` gives it an address). The folder goes with the ``Upload``, with the process, or at the next start.
"""

import json
import os
import re
import secrets
import shutil
import tempfile
import weakref
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import unquote

from cockpit import database

ADDRESS = "/cockpit/upload"
PREFIX = "upload-"
MB = 1 << 20
LONGEST_NAME = 200  # bytes

_open: weakref.WeakValueDictionary[str, "Upload"] = weakref.WeakValueDictionary()


class TooLarge(Exception):
    """More bytes came than are taken."""


class Upload:
    """A folder for the files of one reader. ``url``: of the database they are meant for; ``most``: bytes a file."""

    def __init__(self, url: str, most: int) -> None:
        self.token, self.most = secrets.token_urlsafe(24), most
        self.folder = Path(tempfile.mkdtemp(prefix=f"{_prefix(url)}{os.getpid()}-", dir=_near(url)))
        self.discard = weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
        _open[self.token] = self

    @property
    def address(self) -> str:
        return f"{ADDRESS}/{self.token}"

    def files(self) -> list[Path]:
        """What has arrived whole, in the order of arrival."""
        whole = (path for path in self.folder.glob("*/*") if path.parent.name.isdigit())
        return sorted(whole, key=lambda path: int(path.parent.name))

    def forget(self) -> None:
        """Remove every file; the next ones come into the same folder."""
        for path in self.folder.iterdir():
            shutil.rmtree(path, ignore_errors=True)

    async def take(self, name: str, stream: AsyncIterator[bytes]) -> None:
        """Write a file as its bytes come; it is one of ``files`` when it is whole. Raises TooLarge, OSError."""
        coming = Path(tempfile.mkdtemp(prefix="coming-", dir=self.folder))
        try:
            with (coming / _safe(name)).open("wb") as out:
                async for block in stream:
                    if out.tell() + len(block) > self.most:
                        raise TooLarge
                    out.write(block)
            coming.rename(self.folder / str(len(self.files()) + 1))
        except BaseException:
            shutil.rmtree(coming, ignore_errors=True)
            raise


def close() -> None:
    """Remove all folders; the server ends."""
    for upload in list(_open.values()):
        upload.discard()


def opened(token: str) -> Upload | None:
    return _open.get(token)


def sweep(url: str) -> None:
    """Remove the folders of servers that ended without doing so."""
    for left in _near(url).glob(f"{_prefix(url)}*"):
        process = left.name.removeprefix(_prefix(url)).partition("-")[0]
        if process.isdigit() and not _runs(int(process)):
            shutil.rmtree(left, ignore_errors=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _near(url: str) -> Path:
    """Beside a file of facts, where there is room for a second one; else where the system keeps such files."""
    near = database.file_of(url).parent if database.is_file(database.parse(url)) else Path(tempfile.gettempdir())
    return near if near.is_dir() else Path(tempfile.gettempdir())


def _prefix(url: str) -> str:
    name = database.file_of(url).name if database.is_file(database.parse(url)) else "cockpit"
    return f"{name}.{PREFIX}"


def _safe(name: str) -> str:
    """The name of a file without the folders that it may claim, and no longer than a file system takes."""
    plain = re.sub(r"[\x00-\x1f/\\]", "_", unquote(name)).strip(". ") or "file"
    ending = Path(plain).suffix[: LONGEST_NAME // 4]
    return plain.removesuffix(ending).encode()[: LONGEST_NAME - len(ending.encode())].decode("utf-8", "ignore") + ending


async def receive(token: str, name: str, stream: AsyncIterator[bytes]) -> tuple[int, str]:
    """Status and body of the answer to a browser that sends a file."""
    upload = opened(token)
    if upload is None:
        return 404, json.dumps({"problem": "closed"})
    try:
        await upload.take(name, stream)
    except TooLarge:
        return 413, json.dumps({"problem": "large"})
    except OSError:
        return 507, json.dumps({"problem": "space"})
    return 201, json.dumps({"files": len(upload.files())})
