"""Executors: each makes a function that runs a program."""
