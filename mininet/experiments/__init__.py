"""What the book measured: one module a study or a family of them."""
