/** What modules that draw the page share, beside the shapes of types.d.ts. */

/** What objects can be sorted by, as `orders/` of the API has it. */
interface OrderChoice {
  order: string;
  name: string;
  ascending: string;
  descending: string;
  is_reversible: boolean;
  is_column: boolean;
}

type Bulk = import("./labels/bulk.js").Bulk;
type DetailView = import("./object/detailview.js").DetailView;
type Gallery = import("./gallery/gallery.js").Gallery;

/** Some fifty vignettes of the gallery; `ids` are those that it forgot and fetches again. */
type GalleryPage = HTMLElement & { ids?: string[] | null };
type Labels = import("./labels/labels.js").Labels;
type Layout = import("./gallery/layout.js").Layout;
type Palette = import("./traits/palette.js").Palette;
type Picker = import("./taxa/picker.js").Picker;
type Visits = import("./shell/visit.js").Visits;

/** Where Ctrl+K leads (goto.js): a page by its `url`, or an action of the bench with its keys. */
interface Place {
  name: string;
  url?: string;
  detail?: string;
  alias?: string;
  group?: string;
  action?: string;
  keys?: string[];
}

/** Places of a kind; the smaller the rank, the better its best answers what was typed. */
interface PlaceGroup {
  name: string;
  rank: number;
  destinations: Place[];
}

// --- The map of objects (objectmap/) ---------------------------------------------------------------------------------

/** What pointing at the map leads to; lines are in pixels of it. */
interface MapActions {
  point(at: { x: number; y: number } | null): void;
  moved(): void;
  drawing(line: [x: number, y: number][] | null): void;
  drawn(line: [x: number, y: number][]): void;
  framed(rectangle: import("./objectmap/rectangle.js").Rectangle | null): void;
  click(at: { x: number; y: number }): void;
  fit(): void;
  selectInView(): void;
  clear(): void;
}
