"""Splits: which images train, which validate, which test; each file holds one method."""
