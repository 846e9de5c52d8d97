"""The systems of the book, one module each, as their chapters build them."""
