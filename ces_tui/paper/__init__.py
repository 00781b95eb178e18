"""Paper: what the clinic prints. Sheets are data, templates are files in `protocols/paper/`, typst joins them in memory."""
