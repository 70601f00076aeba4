"""Whether two pictures show the same place, whatever the light, the colours, and what is laid over a part of them.

Edges stay where they are when a lamp, a flash or infrared changes all levels; a caption, bars or damage leave the
others as they were. So the fine structure is compared block by block, and the middle block tells. Bars that are dark in
both pictures are left out first, since their edges are the same in all shots of a film.
"""

import cv2
import numpy as np

from passerby.records import Floats, Pixels

DARK = 24  # levels: no pixel of a bar is lighter
FINE_SIGMA = 2.0  # pixels of 48x27; what is left of the luma without its blurred self is fine
ROWS, COLUMNS = 3, 4  # blocks of 12x9 pixels
WIDTH, HEIGHT = 48, 27
STRUCTURED = 1.5  # root mean square of a block, levels: flatter ones in both pictures say nothing
FEWEST_BLOCKS = 4
SAME_PLACE = 0.35  # likeness from which two pictures show the same place; cuts of the tuning edits have up to .21
NOISE = 1.0  # of a good coding, levels squared


def structure_likeness(one: Pixels, other: Pixels) -> float:
    """The median over blocks of the correlation of their fine structure; 0 where too few have any."""
    lumas = [np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.float32) for picture in (one, other)]
    light = np.maximum(*lumas) > DARK
    rows, columns = np.flatnonzero(light.any(axis=1)), np.flatnonzero(light.any(axis=0))
    if len(rows) < HEIGHT // ROWS or len(columns) < WIDTH // COLUMNS:
        return 0.0
    inner = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    a, b = (_blocks(luma[inner]) for luma in lumas)
    sizes = np.sqrt(np.square(a).mean(axis=1)), np.sqrt(np.square(b).mean(axis=1))
    tells = np.maximum(*sizes) > STRUCTURED
    if tells.sum() < FEWEST_BLOCKS:
        return 0.0
    return float(np.median(((a * b).mean(axis=1) / (sizes[0] * sizes[1] + NOISE))[tells]))


def _blocks(luma: Floats) -> Floats:
    """The fine structure (12, 108) at the usual size again; of each block alone, so that none shows beside it."""
    whole = np.asarray(cv2.resize(luma, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR), np.float32)
    tall, wide = HEIGHT // ROWS, WIDTH // COLUMNS
    blocks = whole.reshape(ROWS, tall, COLUMNS, wide).transpose(0, 2, 1, 3).reshape(-1, tall, wide)
    return np.stack([(block - cv2.GaussianBlur(block, (0, 0), FINE_SIGMA)).ravel() for block in blocks])
