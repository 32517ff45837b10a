"""Orders of the images of a dataset, or of a part of them, one method a file."""
