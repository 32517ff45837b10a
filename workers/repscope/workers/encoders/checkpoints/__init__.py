"""Families of published checkpoints: each known by the names and shapes of its tensors."""
