"""The invented clinic: people, events and stock made from a seed. Everything in it says DATOS INVENTADOS."""
