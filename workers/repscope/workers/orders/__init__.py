"""Orders of the images of a data set, or of a part of them, one method a file."""
