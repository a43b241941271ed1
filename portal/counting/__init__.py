"""The counting rules: what every figure means, and how it is counted from rows."""
