"""The worker host: a small process without torch that keeps a warm runner beside it."""
