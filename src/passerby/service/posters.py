"""Pictures that stand for a video in lists, from the masked pictures of its moments that the library keeps.

Nothing is decoded of the video: a grid of many can be looked through without its files.
"""

import numpy as np

from passerby.pictures import averaged, from_jpeg, jpeg
from passerby.records import Moment, PeopleMasks, Thumbnail
from passerby.store.library import Store

FRAMES = 12  # of a strip
FRAME_HEIGHT = 180  # pixels
QUALITY = 70  # of JPEG, 0 to 100
MORE_MASK = 0.02  # of the picture: what is masked by so little more than the least is as good


def poster(store: Store, video: str) -> Thumbnail | None:
    """The picture to show of a video: of those with the least of it masked, the one with the most in it.

    Raises ForgottenError.
    """
    sizes = store.records.sizes(video, Thumbnail)
    if not sizes:
        return None
    masked = _masked(store, video)
    least = min(masked.get(moment, 0.0) for moment in sizes)
    clear = [moment for moment in sizes if masked.get(moment, 0.0) <= least + MORE_MASK]
    return store.records.at(video, Thumbnail, max(clear, key=lambda moment: (sizes[moment], -moment)))


def strip(store: Store, video: str) -> bytes | None:
    """Up to ``FRAMES`` moments of a video side by side, as one JPEG; None where there are no pictures.

    All are as wide as the first. Raises ForgottenError.
    """
    moments = sorted(store.records.sizes(video, Thumbnail))
    places = np.linspace(0, len(moments) - 1, min(len(moments), FRAMES)).round().astype(int)
    found = [store.records.at(video, Thumbnail, moments[place]) for place in places]
    pictures = [from_jpeg(thumbnail.jpeg) for thumbnail in found if thumbnail is not None]
    if not pictures:
        return None
    height, width = pictures[0].shape[:2]
    wide = max(round(width * FRAME_HEIGHT / height), 1)
    return jpeg(np.hstack([averaged(picture, wide, FRAME_HEIGHT) for picture in pictures]), QUALITY)


def _masked(store: Store, video: str) -> dict[int, float]:
    """How much of the picture is masked in each moment where it is least, of 1; not those where nobody was looked for.

    That is the frame that a thumbnail is made of.
    """
    masks = store.records.single(video, PeopleMasks)
    if masks is None or not len(masks.times):
        return {}
    return {
        number: float(masks.coverage[first:last].min())
        for number, moment in enumerate(store.records.of(video, Moment))
        for first, last in [np.searchsorted(masks.times, (moment.span.start, moment.span.end))]
        if first < last
    }
