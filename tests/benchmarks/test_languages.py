"""The benchmark of questions in other languages: its questions, and the threshold that it finds."""

import tomllib

import numpy as np

from benchmarks.languages import HERE, LANGUAGES, best_threshold


def test_each_question_is_asked_in_each_language_and_its_answer_is_there() -> None:
    document = tomllib.loads((HERE / "labels" / "languages.toml").read_text("utf-8"))
    asked = [query for query in document["queries"] if query["answer"]]
    assert len(asked) == 30
    assert all({*LANGUAGES} < {*query} and all(query.values()) for query in asked)
    assert all(0 <= query["answer"] <= len(document["moments"]) for query in document["queries"])


def test_the_best_threshold_lets_in_answers_and_keeps_out_the_rest() -> None:
    scores = np.array([[0.9, 0.1, 0.2], [0.3, 0.8, 0.1], [0.5, 0.4, 0.2]], np.float32)
    assert 0.5 < best_threshold(scores, np.array([0, 1, -1])) <= 0.8 + 1e-6
