"""ONNX Runtime sessions: the only importer of ONNX Runtime, where its errors become ours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnxruntime as ort
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as ort_state

from passerby.errors import MissingExtraError, ModelError, UsageError, WeightsError
from passerby.processes.cores import available_cores

# The setting, ONNX Runtime's name for it, and what brings it.
_PROVIDERS = {
    "cpu": ("CPUExecutionProvider", "onnxruntime"),
    "cuda": ("CUDAExecutionProvider", "passerby[gpu]"),
    "coreml": ("CoreMLExecutionProvider", "onnxruntime on macOS"),
    "directml": ("DmlExecutionProvider", "onnxruntime-directml"),
    "openvino": ("OpenVINOExecutionProvider", "onnxruntime-openvino"),
}
_ORT_ERRORS = (
    ort_state.EPFail,
    ort_state.Fail,
    ort_state.InvalidArgument,
    ort_state.InvalidGraph,
    ort_state.InvalidProtobuf,
    ort_state.NoModel,
    ort_state.NoSuchFile,
    ort_state.NotImplemented,
    ort_state.RuntimeException,
)
# As passerby.models does before it is loaded: here it was loaded by another package, perhaps.
ort.disable_telemetry_events()
_LONGEST_REASON = 160
_SILENT = 4  # fatal errors only: the others are raised, and then translated here


@dataclass(frozen=True, slots=True)
class RuntimeOptions:
    """What runs a model: a provider by its name in ``settings.py``, and threads (0: one for each core)."""

    provider: str = "cpu"
    threads: int = 0


class OnnxModel:
    """One ONNX file, ready to run.

    Raises WeightsError if the file is no ONNX model that can be run, MissingExtraError if the provider is not
    installed or does not start: nothing falls back to another one unseen.
    """

    def __init__(self, path: Path, options: RuntimeOptions) -> None:
        self.path = path
        provider = require_provider(options.provider)
        try:
            self._session = ort.InferenceSession(str(path), _session_options(options), providers=[provider])
        except _ORT_ERRORS as error:
            raise WeightsError(
                f"{path}: expected an ONNX model that ONNX Runtime can run, found: {_reason(error)}"
            ) from error
        if provider not in self._session.get_providers():
            raise MissingExtraError(f"provider {options.provider!r} is installed, but does not start here")
        self.inputs = _signature(self._session.get_inputs())
        self.outputs = _signature(self._session.get_outputs())
        self.metadata: dict[str, str] = self._session.get_modelmeta().custom_metadata_map

    def expect(self, *, inputs: Sequence[str], outputs: Sequence[str]) -> None:
        """Raise WeightsError unless the inputs and outputs have these names, in this order."""
        found = (list(self.inputs), list(self.outputs))
        if found != (list(inputs), list(outputs)):
            raise WeightsError(
                f"{self.path}: expected inputs {list(inputs)} and outputs {list(outputs)}, found {found}"
            )

    def run(self, inputs: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
        """All outputs, in the order of ``outputs``. Raises ModelError where ONNX Runtime does."""
        try:
            outputs: list[NDArray[Any]] = self._session.run(None, dict(inputs))
        except (*_ORT_ERRORS, ValueError) as error:
            found = {name: (array.dtype.name, array.shape) for name, array in inputs.items()}
            raise ModelError(f"{self.path.name}: expected {self.inputs}, found {found}: {_reason(error)}") from error
        return outputs


def require_provider(name: str) -> str:
    """ONNX Runtime's name of the provider. Raises UsageError if there is none, MissingExtraError if not installed."""
    if name not in _PROVIDERS:
        raise UsageError(f"provider: expected one of {', '.join(_PROVIDERS)}, found {name!r}")
    provider, package = _PROVIDERS[name]
    if provider not in ort.get_available_providers():
        raise MissingExtraError(f"provider {name!r} is not installed: pip install '{package}'")
    return provider


def _session_options(options: RuntimeOptions) -> Any:
    result = ort.SessionOptions()
    result.log_severity_level = _SILENT
    result.intra_op_num_threads = options.threads or available_cores()
    result.inter_op_num_threads = 1
    result.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    # Spinning threads take the cores that decoding needs; off was up to 2.3 times as fast beside other work.
    result.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return result


def _reason(error: Exception) -> str:
    """What ONNX Runtime says, on one line and without the signatures of its functions."""
    text = " ".join(str(error).split())
    return text if len(text) <= _LONGEST_REASON else f"{text[:_LONGEST_REASON]}..."


def _signature(nodes: Any) -> dict[str, tuple[int | str | None, ...]]:
    """Name -> shape; a string or None is a dimension of any length."""
    return {node.name: tuple(node.shape) for node in nodes}


def available_providers() -> list[str]:
    """The names, as in the setting, of what can run models on this machine."""
    installed = ort.get_available_providers()
    return [name for name, (provider, _) in _PROVIDERS.items() if provider in installed]
