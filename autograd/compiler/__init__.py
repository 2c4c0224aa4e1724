"""The compiler: a captured function as a program that runs without the engine around it."""
