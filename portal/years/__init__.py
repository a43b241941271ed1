"""A year of a programme: what pages can be asked for, what is counted of it, and how far answers are told."""
