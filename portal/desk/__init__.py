"""/regio: the region's inbox, its enrolments and its coaches."""
