"""Pictures of a window, with what must not be kept painted over."""

import io
from collections.abc import Iterable, Sequence

from PIL import Image, ImageDraw

SHADE = (58, 58, 64)
QUALITY = 60
MARGIN = 2
"""CSS pixels around a box, since letters hang out of theirs."""


def painted(picture: bytes, boxes: Iterable[Sequence[float]], width: float) -> bytes:
    """A JPEG with boxes painted over.

    Args:
        picture: the JPEG.
        boxes: left, top, width and height of each, in CSS pixels of the window.
        width: of the window, in CSS pixels.
    """
    drawn = list(boxes)
    if not drawn:
        return picture
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    scale = image.width / width if width else 1.0
    brush = ImageDraw.Draw(image)
    for left, top, across, down in drawn:
        corners = (left - MARGIN, top - MARGIN, left + across + MARGIN, top + down + MARGIN)
        brush.rectangle([length * scale for length in corners], fill=SHADE)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
