"""Drawings and transcripts written down: SVG, TikZ, DOT, PNG, Markdown and plain text."""
