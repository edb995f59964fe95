/** The zoom is remembered on this machine. */
const KEY = "seston.zoom";

export function keepZoom(gallery, slider) {
  const set = (percent) => gallery.style.setProperty("--zoom", percent / 100);
  slider.value = localStorage.getItem(KEY) ?? 100;
  set(slider.value);
  slider.addEventListener("input", () => {
    set(slider.value);
    localStorage.setItem(KEY, slider.value);
  });
}
