"""The command ``glassgrad``."""
