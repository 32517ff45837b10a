"""Encoders that come with Repscope: what they are, how they were made, what they had to beat."""
