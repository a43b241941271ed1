"""Why a time is not free: for the coach whose time it is, and for the region's desk."""
