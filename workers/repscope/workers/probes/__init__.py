"""Probes: what can be read from frozen features; each kind of question is one method in a file."""
