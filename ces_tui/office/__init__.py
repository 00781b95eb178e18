"""The office: several clinics united in one store."""
