"""Charts as SVG, drawn by the server: bars, lines and shares out of integers. Pure: no Django, no float.

Everything between left and right is a percentage, everything between top and bottom is pixels, and text has the
size that the style sheet gives it: so a drawing fits a phone and a wide screen alike, and its letters never shrink.
Colours and marks are classes of ``static/css/charts.css``; series differ without colour too.
"""

from tallystick.charts.drawing import chart
from tallystick.charts.lines import Level
from tallystick.charts.model import Category, Look, Series
from tallystick.charts.scale import Scale, scale_of
from tallystick.charts.shares import Share, share_bar

__all__ = ["Category", "Level", "Look", "Scale", "Series", "Share", "chart", "scale_of", "share_bar"]
