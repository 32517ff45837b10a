"""Encoders: functions from an image to vectors, with named layers; one method a file."""
