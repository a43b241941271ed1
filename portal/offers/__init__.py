"""Times that are offered to one person at a time: an earlier one that came free, or a stand-in for an absent coach."""
