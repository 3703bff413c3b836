"""Pixels: fills, shapes, pictures and text on canvases. The only room, beside the encoders, that knows Pillow."""
