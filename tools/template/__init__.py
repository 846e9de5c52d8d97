"""What `python -m tools.new_chapter` starts from: a small and sound chapter."""
