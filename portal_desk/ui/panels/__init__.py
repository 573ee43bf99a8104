"""What fills the window beside the navigation rail."""
