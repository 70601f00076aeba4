"""How the core ONNX files are made from published packages: one file per model."""
