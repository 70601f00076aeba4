"""What parts find is packed to the last bit, and bytes of others make nothing."""

import pickle

import numpy as np
import pytest

from passerby.pipeline.parts.packing import pack, unpack
from passerby.pipeline.parts.part import PartFindings
from passerby.records import MomentVector, Tag


def test_values_come_back_as_they_were() -> None:
    vector = np.array([0.1, 1e-40, -0.0], np.float32)
    found = PartFindings((), {"tags": (Tag(3, "street", 0.1),), "vectors": (MomentVector(3, vector),)})
    again = unpack(pack(found))
    assert again.records["tags"] == found.records["tags"]
    assert again.records["vectors"][0].vector.tobytes() == vector.tobytes()


@pytest.mark.parametrize("value", [print, pickle.loads, pack, PartFindings.__init__, np.load])
def test_nothing_else_is_made(value: object) -> None:
    with pytest.raises(pickle.UnpicklingError, match="expected what a part"):
        unpack(pickle.dumps(value))
