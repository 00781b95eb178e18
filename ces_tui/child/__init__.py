"""Children: how they grow."""
