"""Encoders that were there before deep networks, each fitted on the images of a dataset."""
