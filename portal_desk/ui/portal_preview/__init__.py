"""The portal document drawn with Qt widgets."""
