"""Images drawn again from what is left of them: from visible patches, or from a short code."""
