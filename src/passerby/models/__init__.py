"""Models: arrays in, arrays out; what there is, where its weights come from, and how it is run."""
