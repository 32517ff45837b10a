"""What networks look at: attention, features of patches, and how well both find objects."""
