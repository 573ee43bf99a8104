"""What we do: reading, searching, syncing, judging and acting. No Qt."""
