import io

import numpy as np
import pytest
from PIL import Image

from agent.browser.painting import MOST_BYTES, fitted, painted


def jpeg(detail: int) -> bytes:
    """A picture of squares of that size in random colours: the smaller, the more bytes."""
    colours = np.random.default_rng(0).integers(0, 256, (800 // detail, 1280 // detail, 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(np.kron(colours, np.ones((detail, detail, 1), np.uint8))).save(out, "JPEG", quality=60)
    return out.getvalue()


@pytest.mark.parametrize("detail", [8, 4, 2])
def test_a_picture_of_much_detail_is_made_coarser_until_it_fits(detail: int) -> None:
    picture = jpeg(detail)
    assert len(picture) > MOST_BYTES
    kept = fitted(picture)
    assert len(kept) < len(picture)
    assert len(kept) <= MOST_BYTES or Image.open(io.BytesIO(kept)).width == 640


def test_a_small_picture_stays_as_it_is() -> None:
    picture = jpeg(160)
    assert fitted(picture) == picture
    assert painted(picture, [], 1280) == picture


def test_a_coarser_picture_is_painted_over_at_the_same_place() -> None:
    kept = painted(fitted(jpeg(2)), [(100, 200, 300, 150)], 1280)
    grey = np.asarray(Image.open(io.BytesIO(kept)).convert("L"), np.float64)
    scale = grey.shape[1] / 1280
    left, top, right, bottom = (round(edge * scale) for edge in (130, 230, 370, 320))
    assert grey[top:bottom, left:right].std() < 4
    assert grey.std() > 12
