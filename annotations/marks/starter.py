"""The labels that a manager adopts with one click."""

from annotations.marks.models import Colour, Dash, PointShape

STARTER_SET = [
    {
        "key": "prosome",
        "name": "Prosome",
        "colour": Colour.BLUE,
        "dash": Dash.SOLID,
        "shape": PointShape.CIRCLE,
        "help": "A line from the tip of the forehead to the end of the last thoracic segment.",
    },
    {
        "key": "antenna",
        "name": "Antenna",
        "colour": Colour.ORANGE,
        "dash": Dash.LONG,
        "shape": PointShape.TRIANGLE,
        "help": "A polyline along a first antenna, from its base to its tip.",
    },
    {
        "key": "egg",
        "name": "Egg",
        "colour": Colour.VERMILION,
        "dash": Dash.DOTTED,
        "shape": PointShape.DIAMOND,
        "help": "One point an egg, or an ellipse around one egg to measure it.",
    },
    {
        "key": "gut",
        "name": "Gut",
        "colour": Colour.GREEN,
        "dash": Dash.SHORT,
        "shape": PointShape.SQUARE,
        "help": "The dark content of the gut: a polygon or a mask.",
    },
    {
        "key": "lipid-sac",
        "name": "Lipid sac",
        "colour": Colour.YELLOW,
        "dash": Dash.DASH_DOT,
        "shape": PointShape.STAR,
        "help": "The bright oil sac: an ellipse, a polygon or a mask.",
    },
    {
        "key": "house",
        "name": "Appendicularian house",
        "colour": Colour.SKY,
        "dash": Dash.SPARSE,
        "shape": PointShape.PLUS,
        "help": "The outline of the mucous house around the animal.",
    },
    {
        "key": "tail",
        "name": "Tail",
        "colour": Colour.PURPLE,
        "dash": Dash.DASH_DOTS,
        "shape": PointShape.CROSS,
        "help": "A polyline along the middle of the tail, from the trunk to the tip.",
    },
]
