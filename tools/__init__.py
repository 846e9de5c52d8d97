"""The book's tooling: build and serve it, run and check its notebooks."""
