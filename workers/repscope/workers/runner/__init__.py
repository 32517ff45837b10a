"""The runner: the process that computes. Only here are torch and scikit-learn loaded."""
