"""Models: arrays in, arrays out; what there is, where its weights come from, and how it is run."""

import os

# From 1.29 on the wheels of ONNX Runtime keep a number for this machine and send to its makers what is run, unless this
# is set before they are loaded.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
