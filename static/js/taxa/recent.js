/** The taxa on the digits, as buttons: one stroke labels. Beside each is what pins it to its digit. */
const PIN = '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M5.5 1.5h5l-.8 4.6 2.8 2.9h-9l2.8-2.9zM8 9v5.5" /></svg>';

const LONG = 6; // letters that are worth leaving out
const SEPARATORS = ["_", " "];

export class Recent {
  /** @param {Slots} slots
   * @param {(taxon: Taxon) => void} give */
  constructor(element, slots, give) {
    this.element = element;
    this.slots = slots;
    this.give = give;
    slots.listen(() => this.show());
    element.addEventListener("click", (event) => this.click(event.target.closest("button")));
    this.show();
  }

  show() {
    const { activeElement } = document;
    const focused = activeElement instanceof HTMLElement && this.element.contains(activeElement) ? activeElement.dataset : null;
    const slots = this.slots.inOrder();
    const names = slots.map(({ taxon }) => taxon.name);
    this.element.replaceChildren(...slots.map((slot) => asSlot(slot, tellingPart(slot.taxon.name, names))));
    if (focused) this.element.querySelector(`[data-${focused.pin ? "pin" : "give"}="${focused.pin ?? focused.give}"]`)?.focus();
  }

  click(button) {
    if (button?.dataset.pin) this.slots.togglePin(Number(button.dataset.pin));
    else if (button) this.use(Number(button.dataset.give));
  }

  /** Gives the taxon of the digit. */
  use(number) {
    const taxon = this.slots.at(number);
    if (taxon) this.give(taxon);
  }
}

/** Without the words that it begins with as another one does: the start is what a narrow slot shows.
 * @param {string} name
 * @param {string[]} names of all slots */
export function tellingPart(name, names) {
  const shared = Math.max(0, ...names.filter((other) => other !== name).map((other) => sharedWords(name, other)));
  return shared < LONG ? name : `…${name.slice(shared)}`;
}

/** How many letters the words have that both begin with. */
function sharedWords(name, other) {
  let same = 0;
  while (same < name.length && name[same] === other[same]) same += 1;
  return Math.max(...SEPARATORS.map((separator) => name.lastIndexOf(separator, same - 1))) + 1;
}

function asSlot({ number, taxon, is_pinned: isPinned }, part) {
  const slot = Object.assign(document.createElement("span"), { className: "slot" });
  const give = button(`Give ${taxon.name} (key ${number})`, { give: number });
  give.append(
    Object.assign(document.createElement("kbd"), { textContent: number }),
    Object.assign(document.createElement("span"), { className: "name", textContent: part }),
  );
  if (part !== taxon.name) give.setAttribute("aria-label", `${number} ${taxon.name}, ${part}`);
  const pin = button(isPinned ? `${taxon.name} stays on ${number}: let it go` : `Keep ${taxon.name} on ${number}`, { pin: number });
  pin.className = "pin";
  pin.innerHTML = PIN;
  pin.setAttribute("aria-label", `Keep ${taxon.name} on ${number}`);
  pin.setAttribute("aria-pressed", isPinned);
  slot.append(give, pin);
  return slot;
}

function button(title, data) {
  const element = Object.assign(document.createElement("button"), { type: "button", title });
  Object.assign(element.dataset, data);
  return element;
}
