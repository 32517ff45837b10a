"""Selections: sets of rows that recipes use; each file holds one method."""
