"""The mutation gate: faults put into right rules, to see whether the battery finds them."""
