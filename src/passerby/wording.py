"""Numbers in sentences."""


def counted(number: int, one: str) -> str:
    """A number of things, called ``one`` if it is 1.

    >>> counted(1, "track"), counted(0, "face")
    ('1 track', '0 faces')
    """
    return f"{number} {one}" if number == 1 else f"{number} {one}s"
