from django import forms

from annotations.marks.models import Colour, Dash, Shape


class LabelForm(forms.Form):
    name = forms.CharField(max_length=100)
    key = forms.SlugField(
        max_length=50, help_text="Its name in files: letters, digits, hyphens. It never changes."
    )
    colour = forms.ChoiceField(choices=Colour)
    dash = forms.ChoiceField(choices=Dash, help_text="How its lines are broken.")
    shape = forms.ChoiceField(choices=Shape, help_text="What stands at its points.")
    help = forms.CharField(max_length=500, required=False, help_text="What to draw, from where to where.")
