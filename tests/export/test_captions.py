"""How what is said becomes captions: readable lines, the words as they were, and times within the utterance's."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.export.caption_breaks import COLUMNS, columns
from passerby.export.captions import captions_of
from passerby.records import SpokenWord, Utterance
from passerby.times import Span, TimeBase

BASE = TimeBase(Fraction(1, 1000))
signs = st.characters(codec="utf-8", exclude_categories=["Z", "C", "M"])
words = st.lists(
    st.text(signs, min_size=1, max_size=12) | st.sampled_from(["so,", "yes.", "Dr.", "犬と遊ぶ。"]), min_size=1
)


def utterance(told: list[str], gaps: list[int] | None = None, *, with_words: bool = True) -> Utterance:
    """Words of 300 ms, after pauses of so many milliseconds."""
    spans, now = [], 500
    for gap in gaps or [100] * len(told):
        spans.append(Span(now + gap, now + gap + 300))
        now = spans[-1].end
    spoken = tuple(SpokenWord(word, span) for word, span in zip(told, spans, strict=True))
    return Utterance(" ".join(told), Span(spans[0].start, spans[-1].end), "en", spoken if with_words else ())


def lines(said: Utterance) -> list[list[str]]:
    return [caption.text.split("\n") for caption in captions_of(said, BASE)]


@given(words, st.data(), st.booleans())
def test_words_stay_in_order_and_times_within_the_utterance(told: list[str], data: st.DataObject, given: bool) -> None:
    gaps = data.draw(st.lists(st.integers(0, 3000), min_size=len(told), max_size=len(told)))
    said = utterance(told, gaps, with_words=given)
    made = list(captions_of(said, BASE))
    assert "".join("".join(caption.text.split()) for caption in made) == "".join(said.text.split())
    assert [
        said.span.start,
        *(edge for one in made for edge in (one.span.start, one.span.end)),
        said.span.end,
    ] == sorted([said.span.start, *(edge for one in made for edge in (one.span.start, one.span.end)), said.span.end])
    for caption in made:
        shown = caption.text.split("\n")
        assert len(shown) <= 2
        assert all(line.strip() and columns(line) <= COLUMNS for line in shown)


@given(words)
def test_words_are_cut_where_they_begin_alone(told: list[str]) -> None:
    plain = ["".join(sign for sign in word if sign.isascii()) or "x" for word in told]
    assert " ".join(line for shown in lines(utterance(plain)) for line in shown).split() == plain


def test_what_is_short_is_one_line_for_the_whole_time() -> None:
    said = utterance(["The", "ferry", "leaves", "at", "noon."])
    [caption] = captions_of(said, BASE)
    assert (caption.text, caption.span) == ("The ferry leaves at noon.", said.span)


def test_captions_end_where_sentences_do() -> None:
    text = (
        "We came down to the harbour early in the morning. Nobody was there but the gulls and the old lighthouse. "
        "Then the first boats came in, one after another, heavy with fish."
    )
    assert lines(utterance(text.split())) == [
        ["We came down to the harbour", "early in the morning."],
        ["Nobody was there but the gulls", "and the old lighthouse."],
        ["Then the first boats came in,", "one after another, heavy with fish."],
    ]


def test_times_are_those_of_the_words() -> None:
    said = utterance(["word,"] * 30)
    made = list(captions_of(said, BASE))
    assert len(made) > 1
    edges = {edge for word in said.words for edge in (word.span.start, word.span.end)}
    assert {edge for one in made for edge in (one.span.start, one.span.end)} <= edges
    assert all(one.span.end <= other.span.start for one, other in pairwise(made))


def test_a_long_pause_parts_captions() -> None:
    said = utterance(["Well", "it", "depends"], [0, 100, 2000])
    assert lines(said) == [["Well it"], ["depends"]]


def test_a_number_stays_in_one_line() -> None:
    told = [
        "Call",
        "the",
        "office",
        "in",
        "the",
        "harbour",
        "at",
        "any",
        "time",
        "under",
        "555",
        "-123",
        "-4567.",
        "Thanks.",
    ]
    spans = [Span(300 * place, 300 * place + 200) for place in range(len(told))]
    text = " ".join(told).replace(" -", "-")
    said = Utterance(text, Span(0, spans[-1].end), "en", tuple(map(SpokenWord, told, spans)))
    assert sum("555-123-4567." in line for shown in lines(said) for line in shown) == 1


def test_a_word_that_is_too_wide_for_any_line_is_a_caption_of_its_own() -> None:
    address = "https://example.org/" + "a" * 60
    assert lines(utterance(["See", address, "there"])) == [["See"], [address], ["there"]]


@pytest.mark.parametrize("with_words", [True, False])
def test_a_language_without_blanks_is_cut_between_its_signs(*, with_words: bool) -> None:
    text = "今日は公園で犬と遊びました。" * 6
    spans = [Span(200 * place, 200 * place + 200) for place in range(len(text))]
    spoken = tuple(map(SpokenWord, text, spans)) if with_words else ()
    made = lines(Utterance(text, Span(0, spans[-1].end), "ja", spoken))
    assert "".join(line for shown in made for line in shown) == text
    assert len(made) > 1
    assert all(shown[-1].endswith("。") for shown in made)
    assert not any(line.startswith("。") for shown in made for line in shown)
