"""A drawing: the options checked, the steps put together, and what can be made of the result."""
