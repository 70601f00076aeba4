import pytest

from passerby.errors import UsageError
from passerby.models.mirrors import mirrored, mirrors_of

HOUSE = mirrors_of("https://github.com=https://house.example/gh https://github.com/opencv/=http://localhost:8000")


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://github.com/some/model.onnx", "https://house.example/gh/some/model.onnx"),
        ("https://github.com/opencv/model.onnx", "http://localhost:8000/model.onnx"),
        ("https://github.community/model.onnx", "https://github.community/model.onnx"),
        ("https://huggingface.co/model.onnx", "https://huggingface.co/model.onnx"),
    ],
)
def test_the_longest_beginning_counts(url: str, asked: str) -> None:
    assert mirrored(url, HOUSE) == asked


def test_without_the_setting_there_is_none() -> None:
    assert mirrors_of("") == {}


@pytest.mark.parametrize(
    "setting", ["https://github.com", "https://github.com=house", "github.com=https://house.example"]
)
def test_what_is_no_pair_of_addresses_is_refused(setting: str) -> None:
    with pytest.raises(
        UsageError, match=r"PASSERBY_MIRRORS: expected such as https://github\.com=https://MIRROR/github"
    ):
        mirrors_of(setting)
