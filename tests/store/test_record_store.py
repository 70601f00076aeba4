"""Which of its thumbnails stands for a video."""

import cv2
import numpy as np

from libraries import add
from passerby.records import Pixels, Thumbnail
from passerby.store.library import open_store

SIZE = (320, 180)


def thumbnail(moment: int, pixels: Pixels) -> Thumbnail:
    return Thumbnail(moment, moment, cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 82])[1].tobytes())


def street() -> Pixels:
    """A picture with edges and structure, as a street has."""
    noise = np.random.default_rng(3)
    blocks = cv2.resize(noise.integers(40, 220, (18, 32, 3)).astype(np.uint8), SIZE, interpolation=cv2.INTER_NEAREST)
    return np.asarray(blocks + noise.integers(0, 30, blocks.shape), np.uint8)


def test_the_cover_is_bright_sharp_and_not_masked(address: str) -> None:
    clear = street()
    masked = clear.copy()
    masked[:, 60:260] = clear.mean((0, 1))
    pictures = [
        np.zeros_like(clear),
        clear // 8,
        np.asarray(cv2.GaussianBlur(clear, (0, 0), 6), np.uint8),
        clear,
        masked,
    ]
    with open_store(address, create=True) as store:
        video = add(store, "a.mp4", 6, thumbnails=[thumbnail(n + 1, picture) for n, picture in enumerate(pictures)])
        other = add(store, "b.mp4", 1, thumbnails=[thumbnail(0, pictures[0])])
        none = add(store, "c.mp4", 1)
        found = store.records.largest(video, Thumbnail)
        assert found is not None
        assert found.moment == 4
        assert store.records.largest(other, Thumbnail) is not None
        assert store.records.largest(none, Thumbnail) is None


def test_of_pictures_alike_the_first_is_the_cover(address: str) -> None:
    with open_store(address, create=True) as store:
        video = add(store, "a.mp4", 3, thumbnails=[thumbnail(n, street()) for n in (1, 2)])
        found = store.records.largest(video, Thumbnail)
        assert found is not None
        assert found.moment == 1
