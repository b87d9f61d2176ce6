"""What settings are made of: kinds of traits, checks, whose server this is."""
