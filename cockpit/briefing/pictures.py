"""The sheet of a briefing as PNG: as high as what stands on it, drawn in strips that Chromium can hold."""

import io

from PIL import Image
from playwright.sync_api import Page

STRIP = 3040  # px of the sheet: whole pixels at 1920/760, and below the 8192 that a texture of Chromium can have
HEIGHT = "Math.ceil(document.querySelector('.sheet').getBoundingClientRect().bottom + window.scrollY)"


def picture(page: Page, width: int) -> bytes:
    """All of ``.sheet``, ``width`` px of the page wide. The window must not be higher than a strip."""
    height: int = page.evaluate(HEIGHT)
    strips = [_strip(page, width, top, min(STRIP, height - top)) for top in range(0, height, STRIP)]
    return strips[0] if len(strips) == 1 else _joined(strips)


def _strip(page: Page, width: int, top: int, height: int) -> bytes:
    return page.screenshot(full_page=True, clip={"x": 0, "y": top, "width": width, "height": height})


def _joined(strips: list[bytes]) -> bytes:
    images = [Image.open(io.BytesIO(strip)).convert("RGB") for strip in strips]
    whole = Image.new("RGB", (images[0].width, sum(image.height for image in images)))
    top = 0
    for image in images:
        whole.paste(image, (0, top))
        top += image.height
    file = io.BytesIO()
    whole.save(file, "PNG")
    return file.getvalue()
