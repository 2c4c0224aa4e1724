"""What primitives compute with: NumPy alone, no Tensor and no derivative."""
