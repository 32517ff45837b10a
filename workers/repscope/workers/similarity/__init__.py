"""How alike representations are: dissimilarity matrices, and their comparison."""
