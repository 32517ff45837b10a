"""Analyses: what is computed from images and their representations; one method a file."""
