"""What notebooks that are not yet rebuilt need of the first edition; it goes when they are."""
