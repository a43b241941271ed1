"""Two questions six months later, only for who said that we may ask."""
