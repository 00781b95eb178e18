"""What every room may use: errors, clock, ids, paths, atomic files, text, Spanish dates and numbers."""
