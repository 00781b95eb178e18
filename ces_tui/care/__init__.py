"""What belongs to the patient and not to one visit: problems, allergies, vitals, agenda, alerts, safety plan."""
