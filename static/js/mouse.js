/** Click, Shift-click, Ctrl-click, rubber band, and dragging the selection onto a taxon. Touch selects by tapping. */
const SLACK = 6; // pixels that a click may move: a hand is not a tripod

const TICK = 26; // pixels

export function listenToMouse(gallery, onDrop, onDouble) {
  gallery.element.addEventListener("dblclick", (event) => event.target.closest(".vignette") && onDouble());
  gallery.element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.target.closest("a, button")) return;
    const vignette = event.target.closest(".vignette");
    if (event.pointerType === "touch") return;
    event.preventDefault();
    const start = { x: event.clientX, y: event.clientY };
    let drag = null;
    const onMove = (move) => {
      if (!drag && Math.hypot(move.clientX - start.x, move.clientY - start.y) < SLACK) return;
      drag ??= vignette && onDrop ? new DragToTaxon(gallery, vignette) : new RubberBand(gallery, start);
      drag.move(move);
    };
    const onUp = (up) => {
      window.removeEventListener("pointermove", onMove);
      if (drag) drag.end(up, onDrop);
      else click(gallery, vignette, up);
    };
    window.addEventListener("pointermove", onMove);
    window.addEventListener("pointerup", onUp, { once: true });
  });
  gallery.element.addEventListener("click", (event) => {
    const vignette = event.target.closest(".vignette");
    if (event.pointerType === "touch" && vignette) {
      gallery.toggle(vignette);
      gallery.focus(vignette);
    }
  });
}

function click(gallery, vignette, event) {
  if (!vignette) return gallery.togglesOnClick || gallery.only([]);
  if (event.shiftKey) gallery.extendTo(vignette);
  else if (gallery.togglesOnClick || event.ctrlKey || event.metaKey || isOnTick(vignette, event)) gallery.toggle(vignette);
  else {
    gallery.only([vignette]);
    gallery.anchor = vignette;
  }
  gallery.focus(vignette);
}

/** In the corner with the tick, a click adds to the selection: no key is needed. */
function isOnTick(vignette, event) {
  const box = vignette.getBoundingClientRect();
  return event.clientX > box.right - TICK && event.clientY < box.top + TICK;
}

class RubberBand {
  constructor(gallery, start) {
    this.gallery = gallery;
    const box = gallery.element.getBoundingClientRect();
    this.origin = { x: start.x - box.left, y: start.y - box.top + gallery.element.scrollTop };
    this.before = gallery.togglesOnClick ? gallery.selected() : []; // stays selected
    this.band = Object.assign(document.createElement("div"), { className: "rubber" });
    gallery.element.append(this.band);
  }

  move(event) {
    const { element } = this.gallery;
    const box = element.getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top + element.scrollTop;
    const left = Math.min(x, this.origin.x);
    const top = Math.min(y, this.origin.y);
    const width = Math.abs(x - this.origin.x);
    const height = Math.abs(y - this.origin.y);
    Object.assign(this.band.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
    const isWithin = (v) =>
      v.offsetLeft < left + width && v.offsetLeft + v.offsetWidth > left && v.offsetTop < top + height && v.offsetTop + v.offsetHeight > top;
    this.gallery.only([...this.before, ...this.gallery.all().filter(isWithin)]);
  }

  end() {
    this.band.remove();
    const [first] = this.gallery.selected();
    if (first) this.gallery.focus(first);
  }
}

class DragToTaxon {
  constructor(gallery, vignette) {
    if (!gallery.isSelected(vignette)) gallery.only([vignette]);
    this.ghost = Object.assign(document.createElement("div"), { className: "ghost" });
    this.ghost.textContent = String(gallery.selected().length);
    document.body.append(this.ghost);
  }

  move(event) {
    Object.assign(this.ghost.style, { left: `${event.clientX + 12}px`, top: `${event.clientY + 12}px` });
    this.target?.classList.remove("drop");
    this.target = document.elementFromPoint(event.clientX, event.clientY)?.closest(".taxon");
    this.target?.classList.add("drop");
  }

  end(_, onDrop) {
    this.ghost.remove();
    this.target?.classList.remove("drop");
    if (this.target) onDrop({ id: Number(this.target.dataset.taxon), name: this.target.dataset.name });
  }
}
