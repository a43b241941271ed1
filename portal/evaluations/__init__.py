"""Eight questions after closing, and answers that lead back to nobody."""
