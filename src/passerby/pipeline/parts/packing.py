"""What parts find, as bytes and back, to the last bit."""

import io
import pickle
from typing import Any

# A library may come from anywhere: nothing is made of its bytes but values of these modules, and arrays.
_VALUES = ("passerby.records", "passerby.times", "passerby.pipeline.detect", "passerby.pipeline.parts")
_ARRAYS = {
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("numpy._core.numeric", "_frombuffer"),
}


def pack(value: object) -> bytes:
    """``value`` consists of frozen values of ours, arrays and what Python has."""
    return pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)


def unpack(packed: bytes) -> Any:
    """What was packed. Raises pickle.UnpicklingError for anything else."""
    return _Unpacker(io.BytesIO(packed)).load()


class _Unpacker(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        is_value = name.isidentifier() and any(module == of or module.startswith(f"{of}.") for of in _VALUES)
        found = super().find_class(module, name) if is_value or (module, name) in _ARRAYS else None
        if (module, name) not in _ARRAYS and not hasattr(found, "__dataclass_fields__"):
            raise pickle.UnpicklingError(f"expected what a part of a video consists of, found {module}.{name}")
        return found
