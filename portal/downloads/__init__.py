"""Files that staff ask for with a reason: made by the worker, kept sealed for a day, for who asked only."""
