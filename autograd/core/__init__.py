"""The engine: a value that knows how it was made, and the chain rule replayed backwards."""
