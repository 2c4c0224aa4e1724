"""What is drawn: boxes, wires and cards, before anything has a place."""
