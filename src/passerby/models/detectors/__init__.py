"""Detectors: pictures in, labelled boxes out; one file a model."""
