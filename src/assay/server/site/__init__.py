"""A few plain pages for people: sign in, see what there is, get an API key. No scripts, forms only."""
