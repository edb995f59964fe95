"""Protists, and what is not alive: fibres, bubbles, pellets and marine snow."""

import numpy as np

from annotations.demo.drawing.animals import Traits, blob
from annotations.demo.drawing.sketch import Sketch


def chain(s: Sketch, rng: np.random.Generator, length: float) -> Traits:
    """A chain of diatoms (Chaetoceros): square cells in a row, with bristles to both sides."""
    cells = int(np.clip(round(length / 9), 3, 16))
    cell = length / cells
    bend = rng.normal(0, 0.25)
    for k in range(cells):
        u = (k + 0.5) / cells - 0.5
        x, y = u * length, bend * length * (u * u - 0.08)
        w, h = cell * 0.4, cell * 0.46
        s.polygon([(x - w, y - h), (x + w, y - h), (x + w, y + h), (x - w, y + h)], 0.5, blur=0.3)
        s.ellipse(x, y, w * 0.5, h * 0.5, 0.35, blur=0.4)
        for side in (-1, 1):
            lean = rng.normal(0.2, 0.25) * np.sign(u or 1)
            tip = (x + lean * cell * 2.2, y + side * cell * rng.uniform(1.8, 3.0))
            s.line([(x + w, y + side * h), tip], 0.55, 0.34)
    return {"chain_cells": cells, "orientation": "lateral"}


def noctiluca(s: Sketch, rng: np.random.Generator, length: float) -> Traits:
    """Noctiluca: a clear disc with a thin wall, a notch, strands and a short tentacle."""
    r = length / 2
    s.polygon(blob(rng, r * 0.97, 0.025), 0.13, blur=0.5)
    s.ring(0, 0, r * 0.95, max(1.0, r * 0.05), 0.38, blur=0.4)
    heart = (-r * 0.62, rng.uniform(-0.15, 0.15) * r)
    s.ellipse(*heart, r * 0.2, r * 0.24, 0.55, blur=0.8)
    for angle in rng.uniform(-1.1, 1.1, size=int(rng.integers(5, 10))):
        tip = (heart[0] + r * 1.35 * np.cos(angle), heart[1] + r * 1.3 * np.sin(angle))
        s.line([heart, tip], max(0.5, r * 0.02), 0.16, blur=0.3)
    tentacle = np.linspace(0, rng.uniform(0.4, 0.8) * r, 12)
    s.line(
        np.stack([-r * 0.95 - tentacle * 0.7, np.sin(tentacle / r * 5) * r * 0.14], 1),
        max(0.9, r * 0.06),
        0.4,
    )
    return {"gut_fullness": round(float(rng.beta(1, 3)), 2)}


def acantharian(s: Sketch, rng: np.random.Generator, length: float) -> Traits:
    """A radiolarian: a dark round core with straight spines all around."""
    r = length * rng.uniform(0.16, 0.24)
    spines = int(rng.integers(10, 22))
    for k in range(spines):
        angle = 2 * np.pi * (k + rng.uniform(-0.25, 0.25)) / spines
        out = length * 0.5 * rng.uniform(0.72, 1.0)
        s.line(
            [(0, 0), (out * np.cos(angle), out * np.sin(angle))], max(0.7, length * 0.014), 0.45, blur=0.15
        )
    s.polygon(blob(rng, r * 1.35, 0.12), 0.2, blur=0.8)
    s.ellipse(0, 0, r, r, 0.75, blur=0.7)
    return {}


def fibre(s: Sketch, rng: np.random.Generator, length: float) -> Traits:
    """A fibre: a long thin curved thread of even width."""
    t = np.linspace(0, 1, 60)
    angles = (
        rng.normal(0, 0.9) * t + rng.normal(0, 0.8) * np.sin(t * rng.uniform(2, 6)) + rng.uniform(-0.4, 0.4)
    )
    path = np.cumsum(np.stack([np.cos(angles), np.sin(angles)], 1) * length / 60, axis=0)
    s.line(
        path - path.mean(0), max(1.0, length * rng.uniform(0.008, 0.022)), rng.uniform(0.6, 1.1), blur=0.25
    )
    return {}


def bubble(s: Sketch, rng: np.random.Generator, length: float) -> Traits:
    """A bubble: a perfectly round, very dark ring with a bright middle."""
    r = length / 2
    s.ellipse(0, 0, r, r, 1.9, blur=0.3)
    s.ellipse(0, 0, r * 0.62, r * 0.62, -1.35, blur=r * 0.09)
    s.ellipse(-r * 0.3, -r * 0.3, r * 0.13, r * 0.13, -0.5, blur=0.4)
    return {}


def faecal_pellet(s: Sketch, rng: np.random.Generator, length: float) -> Traits:
    """A faecal pellet: a dense short rod with round ends, now and then broken off."""
    broken = bool(rng.random() < 0.3)
    t = np.linspace(0, 1, 40)
    bend = rng.normal(0, 0.08)
    spine = np.stack([(t - 0.5) * length, bend * length * np.sin(np.pi * t)], 1)
    ends = np.clip(np.minimum(t * 9, 1.0 if broken else (1 - t) * 9), 0, 1) ** 0.5
    width = length * rng.uniform(0.17, 0.28)
    s.taper(spine, width * ends, 1.05, blur=0.5)
    s.taper(spine, width * 0.6 * ends, 0.35, blur=1.0)
    return {"broken": broken}


def aggregate(s: Sketch, rng: np.random.Generator, length: float) -> Traits:
    """Marine snow: many soft lumps and grains that hold together."""
    for _ in range(int(rng.integers(18, 42))):
        x, y = rng.normal(0, length * 0.17, 2)
        outline = blob(rng, length * rng.uniform(0.03, 0.13), 0.5, 36) * [rng.uniform(0.7, 1.3), 1] + [x, y]
        s.polygon(outline, rng.uniform(0.08, 0.4), blur=rng.uniform(0.4, 1.6))
    return {"shape": "fluffy"}


def flake(s: Sketch, rng: np.random.Generator, length: float) -> Traits:
    """Marine snow: one dark compact flake with a rough edge."""
    outline = blob(rng, length * 0.42, 0.42, 90, 9) * [1, rng.uniform(0.45, 0.95)]
    s.polygon(outline, 0.7, blur=0.6)
    for _ in range(8):
        x, y = rng.normal(0, length * 0.13, 2)
        s.polygon(np.add(blob(rng, length * 0.09, 0.5, 30), (x, y)), rng.uniform(-0.2, 0.4), blur=0.6)
    return {"shape": "compact"}


def string(s: Sketch, rng: np.random.Generator, length: float) -> Traits:
    """Marine snow: a slimy string with lumps on it."""
    t = np.linspace(0, 1, 50)
    path = np.stack(
        [(t - 0.5) * length, length * 0.1 * np.sin(t * rng.uniform(3, 8)) * rng.uniform(-1, 1)], 1
    )
    s.taper(path, length * 0.04 * (0.4 + rng.random(50)), 0.3, blur=0.8)
    for at in rng.integers(2, 48, size=int(rng.integers(5, 11))):
        s.polygon(
            blob(rng, length * rng.uniform(0.02, 0.06), 0.5, 30) + path[at], rng.uniform(0.2, 0.6), blur=0.6
        )
    return {"shape": "elongated"}
