"""Readers that show a graph or a trace to people: as text and as DOT."""
