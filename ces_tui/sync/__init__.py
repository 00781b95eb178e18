"""Bundle, receipt and stick: how a fact travels."""
