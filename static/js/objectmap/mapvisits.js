/** Going to another view of the map: what the filter's form does not know of is taken along. */
import { Visits } from "../shell/visit.js";

const OWN = ["colour", "projection"];

export class MapVisits extends Visits {
  /** @param {URLSearchParams} query
   * @param {(why: string) => void} [say] */
  go(query, say) {
    const now = new URLSearchParams(location.search);
    for (const name of OWN) if (!query.has(name) && now.has(name)) query.set(name, now.get(name));
    return super.go(query, say);
  }
}
