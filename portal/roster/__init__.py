"""/regio/overzicht/coaches: the coaches behind each number about them; number and list go by one rule."""
