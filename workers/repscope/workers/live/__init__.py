"""Live calls: answers within a moment of a movement of the hand; one method a file."""
