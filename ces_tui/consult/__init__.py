"""The consult: notes, diagnoses, signing, addenda, what was recorded by mistake."""
