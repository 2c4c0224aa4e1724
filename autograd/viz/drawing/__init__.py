"""A drawing, and the options from which it is made."""
