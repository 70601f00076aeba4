"""Notices spell parameters as whoever asks does, and words of the user as they are."""

from passerby.search.notices import refused, replaced, some_of, too_many, worded


def test_a_refusal_tells_the_words_and_what_can_be_asked_instead_as_the_caller_spells_it() -> None:
    text = worded(refused(("old", "woman")), {"said": "--said", "on_screen": "--text"})
    assert text.startswith('Passerby does not describe people, so it does not search for "old", "woman".')
    assert text.endswith(": --said, --text.")
    assert worded(refused(("old",))).endswith(": said, on_screen.")
    assert refused(()) == ()


def test_braces_in_what_was_typed_are_left_alone() -> None:
    assert worded([replaced("{label}", "{0}")]) == '"{label}" is nowhere; did you mean "{0}"? That was searched for.'


def test_several_are_one_text() -> None:
    text = worded([some_of(["a", "b"]), too_many()], {"video": "--in"})
    assert text.startswith("No moment has all of: a, b. These have some of it. There are more than ")
    assert text.endswith("label and --in narrow it.")
    assert worded(()) == ""
