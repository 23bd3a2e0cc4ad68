"""What a task asks. One declaration of inputs and fields drives the editor, validation, agreement, consensus,
the view of a language model, and export.

    from assay.interface import Interface

    interface = Interface.parse({"inputs": [...], "fields": [...]})
    interface.validate(answer, item_data)

Layout: `interface` the whole; `inputs`, `input_types`, `source` views on an item; `record`, `merging` a level
of fields; `fields/` the field types; `geometries/` one file per geometry; `conditions` the language of
`when`; `hotkeys`, `versions`, `reading` what their names say.
"""

from assay.interface.context import Context
from assay.interface.fields.base import FIELD_TYPES, Change, Field
from assay.interface.inputs import INPUT_TYPES, Input, ItemView
from assay.interface.interface import Agreement, Interface, Merged
from assay.interface.versions import Edit

__all__ = [
    "FIELD_TYPES",
    "INPUT_TYPES",
    "Agreement",
    "Change",
    "Context",
    "Edit",
    "Field",
    "Input",
    "Interface",
    "ItemView",
    "Merged",
]
