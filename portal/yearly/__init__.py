"""Reports that are checked, approved by a second person and locked, and the yearly overview that they are read as."""
