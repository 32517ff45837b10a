"""The measured claims: each module prints one JSON object a line."""
