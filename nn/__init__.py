"""Networks built from nothing but the engine's public functions."""
