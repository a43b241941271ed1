"""Protection of small numbers: one by one, and all that leave together."""
