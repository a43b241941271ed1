"""/regio: the region's inbox, and one enrolment with what the desk can do for it."""
