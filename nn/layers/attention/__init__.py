"""Attention: several heads of it, its masks, and the encoder layers of a transformer."""
