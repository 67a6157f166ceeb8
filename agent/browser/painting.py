"""Pictures of a window, as they are kept: what nobody may see is painted over, and each has its bounds."""

import io
from collections.abc import Iterable, Sequence

from PIL import Image, ImageDraw

SHADE = (58, 58, 64)
QUALITY = 60
MARGIN = 2
"""CSS pixels around a box, since letters hang out of theirs."""


MOST_BYTES = 80_000
"""Of a picture: twenty steps, with the pages and all else, take less than 2 MB."""

COARSER = ((1.0, 45), (1.0, 30), (0.66, 45), (0.5, 40))
"""Sizes and qualities for pictures that would be larger, the finest first."""


def fitted(picture: bytes) -> bytes:
    """A JPEG that takes no more than `MOST_BYTES`, or as coarse as one may get."""
    if len(picture) <= MOST_BYTES:
        return picture
    image = Image.open(io.BytesIO(picture))
    for scale, quality in COARSER:
        size = (round(image.width * scale), round(image.height * scale))
        out = io.BytesIO()
        image.resize(size).save(out, "JPEG", quality=quality)
        picture = out.getvalue()
        if len(picture) <= MOST_BYTES:
            break
    return picture


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
