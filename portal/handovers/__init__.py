"""Warm handovers: what a coach proposes, the participant approves word for word, and a destination reads once."""
