"""The debugger: a trace, event by event, in Python and in a notebook."""
