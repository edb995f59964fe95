"""YOLO data sets with their pictures: what classes are called, which labels belong to which picture, what they say."""
