"""What a file says of the device that made it: maker, model and program, and nothing of where or by whom."""

from pathlib import Path

from passerby.media._av import open_container

# As QuickTime's, MP4's and Matroska's writers call them; the first that is there counts.
_NAMES = {
    "make": ("com.apple.quicktime.make", "com.android.manufacturer", "make"),
    "model": ("com.apple.quicktime.model", "com.android.model", "model"),
    "software": ("com.apple.quicktime.software", "com.android.version", "encoder", "software"),
}
_PLACES = ("location", "com.apple.quicktime.location.iso6709", "location-eng")
LONGEST = 200  # characters


def device(path: Path) -> dict[str, str]:
    """``make``, ``model``, ``software``, to the letter, where they are told; ``place``: "told" if a place is.

    The place itself stays in the file. Raises as ``open_container`` does.
    """
    with open_container(path) as container:
        tags = {name.lower(): text for name, text in container.metadata.items()}
    found = {}
    for field, names in _NAMES.items():
        told = next((tags[name] for name in names if tags.get(name)), "")
        if told:
            found[field] = told[:LONGEST]
    if any(tags.get(place) for place in _PLACES):
        found["place"] = "told"
    return found
