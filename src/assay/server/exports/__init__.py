"""Taking labels, annotations or items out, as files with a manifest that proves them."""
