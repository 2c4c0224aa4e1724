"""Looking at a network: its table, and the modes it runs in."""
