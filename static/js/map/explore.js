// @ts-check
/** The box on the map of the page of public projects: the map comes when somebody opens it. */
import { BoxField } from "./boxfield.js";

const form = document.querySelector("form.explore");
for (const field of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll(".box-field"))) new BoxField(field);
