"""What is painted on a canvas."""

import base64
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator

_CANVAS = """const canvas = part.matches("canvas") ? part : part.querySelector("canvas");"""
_WORDS = f"""{_CANVAS}
  const {{ data }} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const words = new Uint32Array(data.buffer);"""
# FNV-1a; the numbers of all pixels would take seconds on their way here.
_FINGERPRINT = f"""part => {{
  {_WORDS}
  let hash = 0x811c9dc5;
  for (const word of words) hash = Math.imul(hash ^ word, 0x01000193);
  return hash >>> 0;
}}"""
_PAINTED = f"""part => {{
  {_WORDS}
  return words.some((word) => word !== 0);
}}"""


def fingerprint(part: Locator) -> int:
    """A number that tells one picture from another; of the canvas that a part is, or holds."""
    found: int = part.evaluate(_FINGERPRINT)
    return found


def pixels(part: Locator) -> NDArray[np.uint8]:
    """The colors of the canvas that a part is, or holds, (height, width, 3)."""
    url: str = part.evaluate(f"part => {{ {_CANVAS} return canvas.toDataURL(); }}")
    png = base64.b64decode(url.partition(",")[2])
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def painted(part: Locator) -> None:
    """Wait until anything is drawn."""
    part.page.wait_for_function(_PAINTED, arg=part.element_handle())


def drawn_anew(part: Locator, before: int) -> int:
    """Wait until the picture is another one; returns its fingerprint."""
    part.page.wait_for_function(
        f"([part, before]) => ({_FINGERPRINT})(part) !== before",
        arg=[part.element_handle(), before],
    )
    return fingerprint(part)
