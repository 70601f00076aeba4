"""What of a file with several films or tracks of sound is not looked at and not heard."""

from av.container import InputContainer

from passerby.media.read.probe import NOT_FOOTAGE


def passed_over(container: InputContainer) -> tuple[str, ...]:
    """In words, for the user; empty where there is one of each at most."""
    films = sum(not stream.disposition & NOT_FOOTAGE for stream in container.streams.video)
    sounds = len(container.streams.audio)
    told = {f"1 of {films} films was looked at": films, f"1 of {sounds} tracks of sound was heard": sounds}
    return tuple(words for words, count in told.items() if count > 1)
