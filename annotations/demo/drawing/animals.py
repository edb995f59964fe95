"""Animals. Each function draws a body of `length` pixels on the sheet and returns its true traits.

Copepods tell how long their prosome is (pixels), and note on the sheet where it begins and ends.
"""

import numpy as np

from annotations.demo.drawing.sketch import Sketch, wobble

Traits = dict[str, object]


def calanoid(s: Sketch, rng: np.random.Generator, length: float) -> Traits:
    """A calanoid copepod: oval prosome, short urosome, long first antennae; lateral or dorsal."""
    lateral = rng.random() < 0.5
    broken = rng.random() < 0.08
    width = length * (0.24 if lateral else 0.3)
    _prosome(s, length * 0.72, width, x=-length * 0.12, lateral=lateral)
    gut = _gut(s, rng, length * 0.5, width, x=-length * 0.1)
    if not broken:
        _urosome(s, rng, length * 0.28, width * 0.28, x=length * 0.22)
    _antennae(s, rng, length, width, lateral, reach=rng.uniform(0.85, 1.05) * (0.4 if broken else 1))
    _legs(s, rng, length, width, lateral)
    eggs = int(rng.integers(6, 20)) if rng.random() < 0.18 and not broken else 0
    if eggs:
        _egg_sac(s, rng, length * 0.3, width * 0.32 if lateral else 0, length * 0.085, eggs)
    if rng.random() < 0.5:  # the oil sac, bright against the body
        s.ellipse(length * 0.02, 0, length * 0.2, width * 0.13, -0.28, blur=0.5)
    return {
        "eggs": eggs,
        "gut_fullness": gut,
        "orientation": "lateral" if lateral else "dorsal",
        "broken": broken,
        "prosome": length * 0.72,
    }


def oithona(s: Sketch, rng: np.random.Generator, length: float) -> Traits:
    """A cyclopoid: drop-shaped prosome, long thin urosome, two egg sacs when it carries eggs."""
    prosome = length * 0.52
    width = prosome * 0.48
    _prosome(s, prosome, width, x=-length * 0.22, lateral=False)
    gut = _gut(s, rng, prosome * 0.6, width, x=-length * 0.22)
    _urosome(s, rng, length * 0.46, width * 0.24, x=length * 0.02)
    _antennae(s, rng, prosome * 1.2, width, False, reach=rng.uniform(0.5, 0.7), x=-length * 0.4)
    eggs = int(rng.integers(8, 26)) if rng.random() < 0.35 else 0
    if eggs:
        for side in (-1, 1):
            _egg_sac(s, rng, length * 0.2, side * width * 0.42, length * 0.05, eggs // 2, slim=0.5)
    return {"eggs": eggs, "gut_fullness": gut, "orientation": "dorsal", "broken": False, "prosome": prosome}


def chaetognath(s: Sketch, rng: np.random.Generator, length: float) -> Traits:
    """An arrow worm: a long clear body with a head, two pairs of fins and a gut line."""
    t = np.linspace(0, 1, 60)
    bend = rng.normal(0, 0.12) * np.sin(np.pi * t) + rng.normal(0, 0.04) * np.sin(2 * np.pi * t)
    spine = np.stack([(t - 0.5) * length, bend * length], 1)
    body = length * 0.055 * np.clip(np.minimum(t * 14, (1 - t) * 5), 0.15, 1) ** 0.7
    s.taper(spine, body, 0.42, blur=0.4)
    s.taper(spine, body * 0.25, 0.35, blur=0.4)
    for start, end, spread in ((0.45, 0.62, 1.5), (0.68, 0.88, 1.9)):
        fin = np.where((t > start) & (t < end), body * spread, body)
        s.taper(spine, fin, 0.12, blur=0.6)
    s.taper(spine[-8:], length * np.linspace(0.02, 0.085, 8), 0.22, blur=0.5)
    s.ellipse(spine[1, 0], spine[1, 1], length * 0.028, length * 0.024, 0.55, blur=0.4)
    gut = float(np.clip(rng.beta(1.2, 3), 0, 1))
    if gut > 0.3:
        at = spine[int(rng.integers(18, 34))]
        s.ellipse(at[0], at[1], length * 0.06 * (0.4 + gut), length * 0.02, 0.9, blur=0.5)
    return {"eggs": 0, "gut_fullness": round(gut, 2), "orientation": "lateral", "broken": False}


def appendicularian(s: Sketch, rng: np.random.Generator, length: float) -> Traits:
    """An appendicularian: a small dark trunk and a tail some four times as long, often curved."""
    trunk = length * 0.2
    t = np.linspace(0, 1, 50)
    curl = rng.uniform(-1.9, 1.9)
    angles = curl * t + rng.normal(0, 0.2)
    step = length * 0.86 / 50
    tail = np.cumsum(np.stack([np.cos(angles), np.sin(angles)], 1) * step, axis=0)
    tail -= tail.mean(0)
    width = length * 0.085 * np.clip(np.minimum(t * 8 + 0.3, (1 - t) * 4 + 0.12), 0, 1)
    s.taper(tail, width, 0.26, blur=0.4)
    s.line(tail, max(0.8, length * 0.016), 0.5, blur=0.2)
    head = tail[0]
    s.ellipse(head[0], head[1], trunk * 0.62, trunk * 0.42, 0.7, angle=rng.normal(1.2, 0.5), blur=0.5)
    s.ellipse(head[0] + trunk * 0.1, head[1], trunk * 0.26, trunk * 0.22, 0.8, blur=0.4)
    return {
        "eggs": 0,
        "gut_fullness": round(float(rng.random()), 2),
        "orientation": "lateral",
        "broken": False,
    }


def hydrozoan(s: Sketch, rng: np.random.Generator, length: float) -> Traits:
    """A small jelly: a clear bell with a dark rim, a manubrium and trailing tentacles."""
    bell = length * 0.5
    t = np.linspace(np.pi, 2 * np.pi, 40)
    dome = np.stack([bell * np.cos(t), bell * rng.uniform(0.95, 1.35) * np.sin(t) + bell * 0.3], 1)
    s.polygon(dome, 0.14, blur=0.6)
    s.line(dome, max(1.2, bell * 0.1), 0.3, blur=0.5)
    s.line([dome[0], dome[-1]], max(1.2, bell * 0.11), 0.4, blur=0.5)
    s.ellipse(0, -bell * 0.12, bell * 0.13, bell * 0.38, 0.55, blur=0.7)
    for x in np.linspace(-bell * 0.92, bell * 0.92, int(rng.integers(4, 11))):
        down = np.linspace(0, rng.uniform(0.4, 1.3) * bell, 12)
        wave = np.sin(down / bell * rng.uniform(4, 8)) * bell * 0.08
        s.line(np.stack([x + wave, bell * 0.32 + down], 1), max(0.7, bell * 0.03), 0.35, blur=0.3)
    return {
        "eggs": 0,
        "gut_fullness": round(float(rng.beta(1, 4)), 2),
        "orientation": "lateral",
        "broken": False,
    }


def fish_egg(s: Sketch, rng: np.random.Generator, length: float) -> Traits:
    """A fish egg: a thin shell, a clear gap, a yolk with an oil drop, sometimes an embryo around it."""
    radius = length / 2
    s.ring(0, 0, radius * 0.97, max(1.0, radius * 0.06), 0.75, blur=0.3)
    s.ellipse(0, 0, radius, radius, 0.14, blur=0.4)
    s.ellipse(radius * 0.04, 0, radius * 0.74, radius * 0.72, 0.3, blur=0.8)
    s.ellipse(rng.uniform(-0.3, 0.3) * radius, radius * 0.3, radius * 0.17, radius * 0.17, 0.6, blur=0.4)
    developed = rng.random() < 0.45
    if developed:
        t = np.linspace(0.2, 0.2 + rng.uniform(2.5, 4.2), 30)
        s.taper(
            np.stack([radius * 0.68 * np.cos(t), radius * 0.68 * np.sin(t)], 1),
            np.linspace(0.34, 0.1, 30) * radius,
            0.65,
        )
    return {"eggs": 0, "gut_fullness": 0.0, "orientation": "", "broken": False, "embryo": developed}


def cladoceran(s: Sketch, rng: np.random.Generator, length: float) -> Traits:
    """A cladoceran: round shell, one large dark eye, branched swimming antennae, a pointed end."""
    r = length * 0.36
    t = np.linspace(0, 2 * np.pi, 70, endpoint=False)
    outline = r * (1 + 0.35 * np.exp(-((t - 0.25) ** 2) * 7))
    s.polygon(np.stack([outline * np.cos(t), 0.86 * outline * np.sin(t)], 1), 0.42, blur=0.6)
    s.ellipse(-r * 1.15, -r * 0.3, r * 0.42, r * 0.38, 0.45, blur=0.4)
    s.ellipse(-r * 1.28, -r * 0.32, r * 0.24, r * 0.24, 1.3, blur=0.3)
    for lift in (0.2, 0.65):
        tip = (-r * 1.25 + r * rng.uniform(0.1, 0.4), r * (0.7 + lift))
        s.line([(-r * 0.85, 0), (-r * 0.8, r * 0.6), tip], max(1.0, r * 0.09), 0.6, blur=0.3)
    eggs = int(rng.integers(2, 7)) if rng.random() < 0.4 else 0
    for k in range(eggs):
        s.ellipse(
            r * (0.1 + 0.22 * (k % 3)), r * (-0.35 + 0.25 * (k // 3)), r * 0.13, r * 0.12, 0.5, blur=0.3
        )
    gut = round(float(rng.beta(2, 2)), 2)
    s.line([(-r * 0.8, 0), (0, r * 0.18), (r * 0.8, r * 0.1)], r * 0.16, 0.5 * gut, blur=0.5)
    return {"eggs": eggs, "gut_fullness": gut, "orientation": "lateral", "broken": False}


# --- Parts of copepods ------------------------------------------------------------------------------------------------


def _prosome(s: Sketch, length: float, width: float, x: float, lateral: bool) -> None:
    t = np.linspace(0, 1, 40)
    shape = np.sin(np.pi * np.clip(t * 0.93 + 0.05, 0, 1)) ** 0.62
    spine = np.stack([x + (t - 0.5) * length, (0.1 * width * np.sin(np.pi * t)) if lateral else 0 * t], 1)
    s.note("prosome", spine[[0, -1]])
    s.taper(spine, width * shape, 0.62, blur=0.5)
    s.taper(spine, width * 0.72 * shape, 0.22, blur=1.0)
    for at in (0.5, 0.63, 0.75, 0.86):  # joints of the segments
        p = spine[int(at * 39)]
        s.line(
            [
                (p[0], p[1] - width * 0.4 * shape[int(at * 39)]),
                (p[0], p[1] + width * 0.4 * shape[int(at * 39)]),
            ],
            0.6,
            0.22,
        )
    s.ellipse(x - length * 0.42, 0, width * 0.07, width * 0.07, 0.6, blur=0.3)


def _urosome(s: Sketch, rng: np.random.Generator, length: float, width: float, x: float) -> None:
    t = np.linspace(0, 1, 12)
    spine = np.stack([x + t * length, rng.normal(0, 0.1) * length * t**2], 1)
    s.taper(spine, width * (1 - 0.4 * t), 0.7, blur=0.3)
    end = spine[-1]
    for side in (-1, 1):
        tip = end + np.array([length * 0.45, side * length * 0.22])
        s.line([tuple(end), tuple(tip)], max(0.6, width * 0.14), 0.4)


def _antennae(
    s: Sketch,
    rng: np.random.Generator,
    length: float,
    width: float,
    lateral: bool,
    reach: float,
    x: float | None = None,
) -> None:
    root = -length * 0.42 if x is None else x
    t = np.linspace(0, 1, 24)
    for side in (1,) if lateral else (-1, 1):
        back = rng.uniform(0.1, 0.75)
        out = reach * length * 0.72
        xs = root + out * back * t**1.4 * 0.8
        ys = side * (width * 0.22 + out * (1 - 0.5 * back) * np.sin(t * np.pi / 2) * 0.85)
        s.line(np.stack([xs, ys], 1), max(0.7, length * 0.012), 0.62, blur=0.2)


def _legs(s: Sketch, rng: np.random.Generator, length: float, width: float, lateral: bool) -> None:
    if not lateral:
        return
    for at in np.linspace(-0.22, 0.16, 5):
        sweep = rng.uniform(0.02, 0.12)
        s.line(
            [(at * length, width * 0.42), ((at + sweep) * length, width * 0.85)],
            max(0.7, length * 0.014),
            0.4,
            0.2,
        )


def _gut(s: Sketch, rng: np.random.Generator, length: float, width: float, x: float) -> float:
    fullness = float(np.clip(rng.beta(1.6, 1.8), 0, 1))
    if fullness > 0.15:
        s.ellipse(x, 0, length * 0.42 * fullness, width * 0.1, 0.75 * fullness, blur=0.7)
    return round(fullness, 2)


def _egg_sac(
    s: Sketch, rng: np.random.Generator, x: float, y: float, size: float, eggs: int, slim: float = 1.0
) -> None:
    for k in range(eggs):
        along = (k + 0.5) / eggs
        spread = size * 1.25 * np.sin(np.pi * along) * slim
        at = (x + along * size * 3.6, y + rng.uniform(-1, 1) * spread)
        s.ellipse(at[0], at[1], size * 0.48, size * 0.46, 0.62, blur=0.3)
        s.ellipse(at[0], at[1], size * 0.2, size * 0.2, 0.3, blur=0.3)


def blob(
    rng: np.random.Generator, radius: float, roughness: float, n: int = 70, smooth: int = 5
) -> np.ndarray:
    """A closed outline, (n, 2), around the origin."""
    t = np.linspace(0, 2 * np.pi, n, endpoint=False)
    r = radius * (1 + wobble(rng, n, roughness, smooth))
    return np.stack([r * np.cos(t), r * np.sin(t)], 1)
