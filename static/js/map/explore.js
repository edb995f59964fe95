// @ts-check
/** The box on the map of the page of public projects: the map comes when somebody opens it. */
import { inside } from "../page/elements.js";
import { BoxField } from "./boxfield.js";

const form = inside(document, "form.explore");
for (const field of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll(".box-field"))) new BoxField(field);
