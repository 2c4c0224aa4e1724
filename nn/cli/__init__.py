"""Commands of the shell that need networks; ``glassgrad`` finds them as entry points."""
