"""How are results told in a terminal? Plain text for people; the values are the JSON."""
