"""Pixels: fills, shapes, pictures and text on canvases. The only room besides the encoders that knows Pillow."""
