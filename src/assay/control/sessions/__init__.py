"""Sign-in and what lasts after it: passwords, one-time links, sessions."""
