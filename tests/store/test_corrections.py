"""What people put right in a transcript is what is searched; what was heard stays, and comes back."""

import pytest

from libraries import MOMENT_TICKS, add, said
from passerby.errors import ForgottenError
from passerby.records import SpokenWord, Utterance
from passerby.store.corrections import CorrectedTranscript, Correction, corrected
from passerby.store.library import Store
from passerby.times import Span


def correction(line: Utterance, text: str) -> Correction:
    return Correction(line.span, text, "ada", 1000.0)


def heard_at(store: Store, *words: str) -> list[int]:
    found = store.search.moments_with(words)
    return sorted(place.number for place in store.search.places(found).values())


def test_a_corrected_line_is_found_by_its_words_until_it_is_undone(store: Store) -> None:
    lines = [said("the whether is fine", 0), said("good night", 1)]
    video = add(store, "news.mp4", speech=lines)
    store.corrections.put(video, correction(lines[0], "the weather is mine"))
    store.corrections.put(video, correction(lines[0], "the weather is fine"))
    assert [each.text for each in store.corrections.of(video)] == ["the weather is fine"]
    assert (heard_at(store, "weather"), heard_at(store, "whether"), heard_at(store, "night")) == ([0], [], [1])
    assert store.records.of(video, Utterance) == lines
    assert store.health.check() == []
    assert store.corrections.remove(video, lines[0].span)
    assert not store.corrections.remove(video, lines[0].span)
    assert (heard_at(store, "weather"), heard_at(store, "whether")) == ([], [0])


def test_no_later_run_changes_it_and_it_goes_with_its_video(store: Store) -> None:
    line = said("the whether", 0)
    video = add(store, "news.mp4", speech=[line])
    store.corrections.put(video, correction(line, "the weather"))
    store.sink.finish_stage(video, "speech", "another key", [line])
    assert heard_at(store, "weather") == [0]
    store.videos.forget(video)
    assert heard_at(store, "weather") == []
    assert store.health.check() == []
    with pytest.raises(ForgottenError):
        store.corrections.put(video, correction(line, "the weather"))


def test_words_that_were_heard_keep_their_times_and_others_share_those_around() -> None:
    line = said("the whether is find", 0)
    [fixed] = corrected([line], [correction(line, "so the weather is very fine")])
    assert fixed.text == "so the weather is very fine"
    assert [(word.text, word.span.start, word.span.end) for word in fixed.words] == [
        ("so", 0, 0),
        ("the", 0, 400),
        ("weather", 500, 900),
        ("is", 1000, 1400),
        ("very", 1500, 1700),
        ("fine", 1700, 1900),
    ]
    longer = Utterance("a b", Span(0, 1000), "en", (SpokenWord("a", Span(0, 200)), SpokenWord("b", Span(600, 900))))
    [between] = corrected([longer], [correction(longer, "a or b")])
    assert [word.span for word in between.words] == [Span(0, 200), Span(200, 600), Span(600, 900)]


def test_a_line_without_times_of_words_has_none_and_says_what_was_heard() -> None:
    line = Utterance("whether", Span(0, MOMENT_TICKS), "en", ())
    [told] = CorrectedTranscript.of([line], [correction(line, "weather")]).lines
    assert (told.said.text, told.said.words, told.heard) == ("weather", (), "whether")


def spoken(text: str, start: int, end: int) -> Utterance:
    return Utterance(text, Span(start, end), "en", ())


def of(start: int, end: int, text: str) -> Correction:
    return Correction(Span(start, end), text, "ada", 1000.0)


def test_of_lines_cut_in_other_places_each_has_the_correction_that_is_most_at_its_time() -> None:
    lines = [spoken("one", 0, 1000), spoken("two", 1000, 2000), spoken("three", 2100, 3000), spoken("four", 3000, 4000)]
    best, late, exact, other = of(1050, 2050, "2!"), of(1300, 2000, "2?"), of(3000, 4000, "4!"), of(2200, 4000, "4?")
    found = CorrectedTranscript.of(lines, [late, best, other, exact])
    assert [line.said.text for line in found.lines] == ["one", "2!", "three", "4!"]
    assert [line.heard for line in found.lines] == ["one", "two", "three", "four"]
    assert found.unplaced == (late, other)


def test_a_correction_of_a_part_of_a_line_does_not_take_the_place_of_all_of_it() -> None:
    part, whole = of(0, 1000, "first"), of(5000, 9000, "one and two")
    lines = [spoken("first and second", 0, 2200), spoken("one", 5000, 6500), spoken("two", 6500, 9000)]
    found = CorrectedTranscript.of(lines, [part, whole])
    assert [line.said.text for line in found.lines] == ["first and second", "one", "one and two"]
    assert found.unplaced == (part,)


def test_what_is_put_right_stays_found_when_it_is_heard_again_at_other_times(store: Store) -> None:
    video = add(store, "news.mp4", speech=[spoken("the whether", 0, 900)])
    store.corrections.put(video, of(0, 900, "the weather"))
    store.sink.finish_stage(video, "speech", "another key", [spoken("the feather", 20, 940)])
    assert (heard_at(store, "weather"), heard_at(store, "feather")) == ([0], [])
    assert store.health.check() == []
