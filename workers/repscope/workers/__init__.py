"""All machine learning of Repscope, and the processes that run it."""
