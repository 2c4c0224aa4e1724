"""Compositions: functions made of primitives, without a derivative of their own."""
