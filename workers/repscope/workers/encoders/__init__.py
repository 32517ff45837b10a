"""Encoders: functions from an image to vectors, with named layers; one method a file."""

import os

# Threads of torch's OpenMP layer wait for each other thousands of times a second. By default they
# spin for long, and where several processes share the cores a spinning thread keeps the one it
# waits for from running: a training took eight times as long. OpenMP reads this when torch loads.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")
