"""One module a type of layer: how a layer is laid out for some values, how far it reaches, how it is painted.

Which fields a layer depends on is known to its model (``Model.placeholders``); ``table.painter_of`` maps a model to its
painter. A new type of layer is a model in ``design/layers/``, a painter here, and a line in the table.
"""
