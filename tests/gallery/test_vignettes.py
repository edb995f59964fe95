"""The bench's vignettes are written without the template language, which would have escaped what people wrote."""

from annotations.gallery.templatetags.vignettes import vignettes

HOSTILE = "<i>\"&'_<"
ESCAPED = "&lt;i&gt;&quot;&amp;&#x27;_&lt;"


def vignette(score: float | None = None) -> dict:
    return {
        "id": 7,
        "images": [{"url": f"/pictures/{HOSTILE}", "width": 30, "height": 20}],
        "pixel_um": 10.6,
        "taxon": {"id": 5, "name": HOSTILE},
        "original_id": HOSTILE,
        "acquisition_id": 3,
        "caption": [HOSTILE],
        "vignette_label": {"version": 2, "state": "predicted", "key": 5, "label": HOSTILE, "score": score},
    }


def test_what_people_wrote_stays_text() -> None:
    page = vignettes([vignette()], "rows", None)
    breaks = ESCAPED.replace("_", "_<wbr>").replace("&lt;", "&lt;<wbr>")
    assert "<i>" not in page
    assert f'src="/pictures/{ESCAPED}"' in page
    assert f'alt="{ESCAPED}, {ESCAPED}"' in page
    assert f'<span class="label" title="{ESCAPED}">{breaks}</span>' in page
    assert f'<span class="line">{ESCAPED}</span>' in page


def test_scores_are_rounded_as_people_round() -> None:
    page = vignettes([vignette(0.005), vignette(0.125), vignette(1e-7), vignette(1)], "rows", None)
    assert [part[:4] for part in page.split('score">')[1:]] == ["0.01", "0.13", "0.00", "1.00"]
