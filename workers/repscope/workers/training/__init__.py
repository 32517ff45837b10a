"""How encoders are trained: the contract of an objective, the loop, what is watched meanwhile."""
