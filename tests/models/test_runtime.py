import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from passerby.errors import MissingExtraError, ModelError, UsageError, WeightsError
from passerby.models.runtime import OnnxModel, RuntimeOptions

ONE_THREAD = RuntimeOptions(threads=1)


@pytest.fixture
def adder(tmp_path: Path) -> Path:
    """A model that adds its two inputs."""
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", 2]) for name in ("a", "b", "sum")]
    graph = helper.make_graph([helper.make_node("Add", ["a", "b"], ["sum"])], "adder", values[:2], values[2:])
    path = tmp_path / "adder.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    return path


def test_a_model_runs_and_tells_its_signature(adder: Path) -> None:
    model = OnnxModel(adder, ONE_THREAD)

    (total,) = model.run({"a": np.ones((3, 2), np.float32), "b": np.ones((3, 2), np.float32)})

    assert total.tolist() == [[2, 2]] * 3
    assert model.inputs == {"a": ("N", 2), "b": ("N", 2)}
    assert model.outputs == {"sum": ("N", 2)}


def test_no_threads_named_means_one_a_core(adder: Path) -> None:
    assert OnnxModel(adder, RuntimeOptions()).inputs


@pytest.mark.parametrize(
    "inputs",
    [
        {"a": np.ones((3, 2), np.float32)},
        {"a": np.ones((3, 2), np.float32), "b": np.ones((3, 2), np.float64)},
        {"a": np.ones((3, 2), np.float32), "b": np.ones((3, 5), np.float32)},
    ],
    ids=["one is missing", "wrong type", "wrong shape"],
)
def test_inputs_that_do_not_fit_are_a_model_error(adder: Path, inputs: dict[str, np.ndarray]) -> None:
    with pytest.raises(ModelError, match=r"adder.onnx: expected \{'a': \('N', 2\)"):
        OnnxModel(adder, ONE_THREAD).run(inputs)


@pytest.mark.parametrize("content", [b"", b"no model", b"\x08\x07" * 40], ids=["empty", "text", "noise"])
def test_a_file_that_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.onnx"
    path.write_bytes(content)

    with pytest.raises(WeightsError, match="expected an ONNX model"):
        OnnxModel(path, ONE_THREAD)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"nowhere.onnx"):
        OnnxModel(tmp_path / "nowhere.onnx", ONE_THREAD)


def test_other_names_than_expected_are_refused(adder: Path) -> None:
    model = OnnxModel(adder, ONE_THREAD)

    model.expect(inputs=["a", "b"], outputs=["sum"])
    with pytest.raises(WeightsError, match=r"'difference'.*found .*'sum'"):
        model.expect(inputs=["a", "b"], outputs=["difference"])


def test_a_provider_that_is_not_installed_is_named_with_what_brings_it(adder: Path) -> None:
    with pytest.raises(MissingExtraError, match="onnxruntime-directml"):
        OnnxModel(adder, RuntimeOptions(provider="directml"))
    with pytest.raises(MissingExtraError, match=r"'cuda' is not installed: pip install 'passerby\[gpu\]'"):
        OnnxModel(adder, RuntimeOptions(provider="cuda"))


def test_an_unknown_provider_is_answered_with_the_names_that_there_are(adder: Path) -> None:
    with pytest.raises(UsageError, match=r"cpu, cuda, coreml, directml, openvino, found 'gpu'"):
        OnnxModel(adder, RuntimeOptions(provider="gpu"))


def test_nothing_is_written_to_the_terminal(adder: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"no model")
    program = f"""
import numpy as np
from pathlib import Path
from passerby.errors import ModelError
from passerby.models.runtime import OnnxModel, RuntimeOptions
options = RuntimeOptions(threads=1)
one = np.ones((1, 2), np.float32)
model = OnnxModel(Path({str(adder)!r}), options)
model.run({{"a": one, "b": one}})
for attempt in (lambda: model.run({{"a": one, "b": one[:, :1].repeat(5, 1)}}),
                lambda: OnnxModel(Path({str(broken)!r}), options)):
    try:
        attempt()
    except ModelError:
        continue
    raise SystemExit("expected a ModelError")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_nobody_is_told_what_is_run(adder: Path, tmp_path: Path) -> None:
    """ONNX Runtime keeps a number for the machine, and what it is to send, in files: there are none."""
    places = {name: tmp_path / name for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME")}
    for place in places.values():
        place.mkdir()
    hidden = ("CI", "ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS", "GITHUB_ACTIONS")
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    program = f"""
import numpy as np
from pathlib import Path
from passerby.models.runtime import OnnxModel, RuntimeOptions
one = np.ones((1, 2), np.float32)
OnnxModel(Path({str(adder)!r}), RuntimeOptions(threads=1)).run({{"a": one, "b": one}})
"""
    environment = kept | {name: str(place) for name, place in places.items()}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)
    assert [path for place in places.values() for path in place.rglob("*")] == []
