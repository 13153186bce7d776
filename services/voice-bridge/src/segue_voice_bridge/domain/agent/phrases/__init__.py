"""What people say on the telephone, by language, as patterns."""
