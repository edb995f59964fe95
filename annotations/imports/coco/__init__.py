"""COCO files with their pictures: read, checked, and made into objects or marks."""
