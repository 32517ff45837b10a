"""Datasets: ordered lists of images with labels, factors and columns; one method a file."""
