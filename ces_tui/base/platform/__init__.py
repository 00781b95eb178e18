"""What one system has and another lacks: locks, hardening, drives. Only here may fcntl, resource, pwd, termios be imported."""
