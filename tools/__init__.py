"""What contributors run beside the program itself: the tour and the screenshots."""
