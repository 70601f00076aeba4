"""What a detector that a user brings must look like: shapes of its inputs and outputs, told when they differ."""

from collections.abc import Sequence

from passerby.errors import WeightsError
from passerby.models.runtime import OnnxModel

TensorShape = Sequence[int | str | None]


def square_side(model: OnnxModel, name: str) -> int:
    """The side of the square pictures that the input ``name`` takes. WeightsError unless it is (N, 3, side, side)."""
    found = model.inputs[name]
    side = found[-1]
    if not isinstance(side, int):
        raise WeightsError(
            f"{model.path}: {name}: expected pictures of one size, such as (1, 3, 640, 640), found {found}"
        )
    expect_shape(model, name, found, (None, 3, side, side))
    return side


def expect_shape(model: OnnxModel, name: str, found: TensorShape, expected: TensorShape) -> None:
    """Raise WeightsError unless the lengths that both tell are the same; None, and names of lengths, stand for any."""
    fits = len(found) == len(expected) and all(
        a == b for a, b in zip(found, expected, strict=True) if isinstance(a, int) and isinstance(b, int)
    )
    if not fits:
        raise WeightsError(f"{model.path}: {name}: expected a shape of {tuple(expected)}, found {tuple(found)}")
