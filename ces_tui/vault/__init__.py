"""The encrypted store: keys, log, container, TinyDB tables, projections, drafts. See docs/formats.md."""
