/** The zoom is remembered on this machine. Returns what the keys call: (step in percent) => void. */
const KEY = "seston.zoom";

export function keepZoom(gallery, slider, onChange) {
  const text = document.getElementById("zoom-text");
  const set = () => {
    gallery.style.setProperty("--zoom", slider.value / 100);
    text.textContent = `${slider.value} %`;
    onChange();
  };
  slider.value = localStorage.getItem(KEY) ?? 100;
  set();
  slider.addEventListener("input", () => {
    set();
    localStorage.setItem(KEY, slider.value);
  });
  return (step) => {
    slider.value = Number(slider.value) + step;
    slider.dispatchEvent(new Event("input"));
  };
}
