"""`regions`: shapes on an input, each with a class and attributes; with `tracks`, shapes through frames.

Value: a list of `{"id", "class", "geometry", "attributes"}`; with `tracks` `keyframes` instead of
`geometry`. See `field` for the field type, `comparison` for agreement, `merging` for the merge rule.
"""

from assay.interface.fields.regions.field import Regions

__all__ = ["Regions"]
