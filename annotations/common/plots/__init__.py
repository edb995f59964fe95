"""Plots that the server draws: an app builds one of these dataclasses from its numbers, its page includes the partial.

    LineChart  templates/plots/line.html     Matrix    templates/plots/matrix.html
    BarChart   templates/plots/bars.html     Interval  templates/plots/interval.html
    DotPlot    templates/plots/dots.html     SmallBars templates/plots/smallbars.html
    StackedBars templates/plots/stacks.html   SeriesPlot templates/plots/series.html
    RectanglePlot templates/plots/rectangles.html

Values are in the units of their axes; only `chart.py` knows of pixels. What is drawn, in which order and under which
words is the app's to say. The sheet is `static/css/plots/plots.css`.
"""
