/** Shapes that modules share, known everywhere in static/js without an import: none of it travels to a browser.
 * The tables behind them are described in `/api/v1/schema/`. */

// --- What the server answers -----------------------------------------------------------------------------------------

interface Taxon {
  id: number;
  name: string;
  /** Names from the root down to its own. */
  lineage?: string[];
  /** The name that was looked for, where it is another one. */
  synonym?: string;
  /** A genus, or what lies below one. */
  is_italic?: boolean;
}

/** A taxon as it is given: what a page knows of it. */
type NamedTaxon = Pick<Taxon, "name" | "is_italic"> & { id: number | string };

/** As the completion of names has it. */
interface TaxonSuggestion extends Taxon {
  rank?: string;
}

/** A row of a combobox. `beside` tells it from what looks alike, `key` gives the same elsewhere. */
interface ComboboxRow<T> {
  value: T;
  name: string;
  isLatin?: boolean;
  beside?: string;
  number?: string;
  key?: string;
  className?: string;
}

/** How pictures of one acquisition are shown. `ground` is their own, from 0 (black) to 1. */
interface Tone {
  contrast: number;
  gamma: number;
  inverted: boolean;
  ground?: number;
}

type LabelState = "unclassified" | "predicted" | "machine-validated" | "dubious" | "validated";

/** A label or a trait's value as the server has it now. */
interface CurrentLabel {
  id: number;
  version: number;
  taxon?: Taxon | null;
  value?: TraitValue | null;
  state: LabelState;
  score?: number | null;
  annotator?: string | null;
}

/** What a vignette is to show: without `taxon` that stays as it is. */
interface DisplayedLabel {
  taxon?: Pick<Taxon, "id" | "name"> | null;
  state: LabelState;
  version?: number;
  score?: number | null;
}

/** An object that somebody else changed meanwhile, with what it has now. */
type Conflict = CurrentLabel;

/** A taxon that was merged into another since it was last given. */
interface Replacement {
  taxon: Taxon;
  by: Taxon;
}

/** The answer to a label, a value, or their undoing. */
interface WriteAnswer {
  batch?: number | null;
  changed?: number;
  conflicts?: Conflict[];
  inapplicable?: number;
  replaced?: Replacement;
  /** Objects that are not in the project any more: nothing was saved for them. */
  gone?: number[];
}

/** What undoing did; of what is too large to be waited for, only the number of the job. */
interface UndoAnswer {
  id?: number;
  batch?: number | null;
  changed?: number;
  conflicts?: Conflict[];
}

type TraitValue = string | number | string[] | { hidden: true };

interface Trait {
  key: string;
  name: string;
  kind: "flag" | "one" | "several" | "ordinal" | "count" | "measure" | "text";
  help: string;
  icon: string;
  /** The key of the keyboard that chooses it. */
  quick: string;
  unit: string;
  choices: { key: string; name: string }[];
  examples: { choice: string; url: string }[];
  /** What most objects have, null where nothing is said of that. */
  default: TraitValue | null;
}

/** What a person gives: without a taxon or value the object keeps the one it has. */
interface LabelChange {
  taxon?: Pick<Taxon, "id" | "name">;
  /** Each object's own, by its id: what they are named is right. */
  taxa?: Record<string, number>;
  value?: TraitValue;
  state?: LabelState;
}

// --- Clusters --------------------------------------------------------------------------------------------------------

/** A page of candidates while a cluster grows. */
interface ClusterCandidates {
  number: number;
  pages: number;
  good: number;
  bad: number;
  is_single: boolean;
}

/** What is asked about a cluster now, as the API has it. */
interface ClusterQuestion {
  id: number;
  name: string;
  phase: string;
  size: number;
  waiting: number;
  settled_elsewhere: number;
  objects: number[];
  out: number[];
  next: number | null;
  taxon: Taxon | null;
  holder: string | null;
  mostly: { taxon: Taxon; share: number } | null;
  candidates: ClusterCandidates | null;
}

// --- The outbox ------------------------------------------------------------------------------------------------------

/** An object with the version of its label that the person saw; null where that is looked up before sending, undefined
 * where there are no versions (a second reading). */
interface Target {
  id: number;
  version?: number | null;
}

type OutboxStatus = "new" | "waiting" | "failed" | "done";

/** A label, a value or an answer as it travels to the server. */
interface SentLabel {
  taxon?: number | null;
  taxa?: Record<string, number>;
  trait?: string;
  value?: TraitValue | null;
  state?: LabelState;
  is_cleared?: boolean;
}

/** What a page hands to its outbox. */
interface OutboxEntry {
  /** What is said of the objects: "taxon", "trait.eggs", "reading.3". */
  subject: string;
  path: string;
  label: SentLabel;
  /** As a list of labels says it. */
  words: string;
  /** What the vignettes show of it; its page alone knows how. */
  shows?: object | null;
  hasVersions?: boolean;
}

/** One label, value or answer that somebody gave, until its page has heard what became of it (outbox/records.js). */
interface OutboxRecord extends OutboxEntry {
  /** What the server tells repeats by. */
  key: string;
  /** The order in which they were given. */
  seq: number;
  queue: string;
  /** The open page that shows it. */
  page: string;
  /** What has to be over before it is sent; 0 if nothing has. */
  turn: number;
  /** When it was given, in milliseconds. */
  at: number;
  status: OutboxStatus;
  objects: Target[];
  hasVersions: boolean;
  /** How often it was refused. */
  tries: number;
  isAdopted?: boolean;
  from?: string; // the page that it was taken over from when that had gone; empty where that took it back
  /** Conflicts of records before it that another page gave. */
  overtaken?: Conflict[];
  reason?: string;
  /** When it is tried again by itself, in milliseconds; null where that is of no use. */
  again?: number | null;
  outcome?: Outcome;
}

/** A record that is not in the store yet. */
type NewRecord = Omit<OutboxRecord, "seq" | "tries" | "status"> & { seq?: number; tries?: number; status?: OutboxStatus };

/** What became of a record. */
interface Outcome {
  batch: number | null;
  inapplicable: number;
  /** Objects with their new versions: null where only the server knows them. */
  saved: Target[];
  conflicts: Conflict[];
  replaced?: Replacement;
  /** How many objects are not in the project any more: a record of their own says so. */
  gone?: number;
}

/** An outcome as its page hears of it; `isShown` where the vignettes show what was saved. */
interface Saved extends Outcome {
  key: string;
  subject: string;
  isShown: boolean;
}

/** The versions of an object that this browser wrote one upon the other. */
interface Span {
  name: string;
  from: number;
  to: number;
}

/** What a rule of the outbox is given: the records that matter, the highest `seq`, spans by their names. */
interface OutboxView {
  records: OutboxRecord[];
  last: number;
  spans: Map<string, Span>;
}

interface OutboxChange {
  put: OutboxRecord[];
  remove: string[];
  spans?: Span[];
}

type OutboxPlan = (view: OutboxView) => OutboxChange;

interface ChangeOptions {
  /** The plan needs only records that share an object with these. */
  about?: NewRecord[] | null;
  /** Strict where it must outlive a power cut. */
  durability?: "strict" | "relaxed";
}

/** Where records are kept: IndexedDB, or this page's memory where the browser has none. */
interface OutboxStore {
  /** Whether it outlives the page. */
  readonly isLasting: boolean;
  /** Whether a newer page has taken the database over. */
  readonly isClosed: boolean;
  all(queue: string): Promise<OutboxRecord[]>;
  due(queue: string, now: number): Promise<OutboxRecord[]>;
  dueNext(queue: string, now: number): Promise<number | undefined>;
  change(queue: string, plan: OutboxPlan, options?: ChangeOptions): Promise<OutboxChange>;
  remove(keys: string[]): Promise<void>;
  sweep(now: number): Promise<void>;
}

/** Names that pages hold for a time: what stands in for Web Locks. */
interface LeaseStore {
  lease(name: string, holder: string, now: number, until: number): Promise<boolean>;
  release(names: string[]): void;
  leased(now: number): Promise<string[]>;
}

/** A name lent to a page, as the database has it. */
interface Lease {
  name: string;
  holder: string;
  until: number;
}

/** Whether it is still this page's turn: asked before each step. */
type IsMyTurn = () => boolean | Promise<boolean>;

/** Who is open, and whose turn it is. */
interface Claims {
  enter(): void | Promise<void>;
  end(): void;
  alone<T>(name: string, work: (isMyTurn: IsMyTurn) => Promise<T>): Promise<T>;
  names(): Promise<Set<string>>;
}

/** What open pages tell each other. */
interface TabMessage {
  kind: "changed" | "trouble";
  trouble?: string;
}

/** The page that an outbox works for. */
interface OutboxListener {
  subjects(subject: string): boolean;
  resumed(records: OutboxRecord[]): void;
  saved(saved: Saved): void;
  failed(record: OutboxRecord): void;
  lost(ids: number[], subject: string): void;
}

/** What the server said to one request: its answer; or why it has to be asked again; or why it refuses. */
interface Reply {
  // biome-ignore lint/suspicious/noExplicitAny: JSON, whose shape the one who asks knows
  answer?: any;
  waits?: string;
  refused?: string;
  /** Whether the refusal may pass by itself. */
  isPassing?: boolean;
}

interface RequestOptions {
  method?: string;
  key?: string;
}

interface PostOptions {
  method?: string;
  refuse?: (why: string) => void;
}

/** What the rules need of the server, so that tests can stand in for it. */
interface Api {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  get(path: string): Promise<any>;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  post(path: string, body?: object, options?: PostOptions): Promise<any>;
}

// --- Digits, keys, strokes -------------------------------------------------------------------------------------------

/** A taxon on a digit. */
interface Slot {
  number: number;
  taxon: Taxon;
  is_pinned: boolean;
}

/** An action of the bench (keys.js). */
interface KeyAction {
  id: string;
  keys: string[];
  says: string;
  isFixed?: boolean;
  mayRepeat?: boolean;
  writes?: boolean;
  labels?: boolean;
}

/** What a key means: an action, or a quick key of the person's. */
interface KeyMeaning {
  act: (vignettes?: HTMLElement[]) => void;
  says: string;
  labels?: boolean;
  writes?: boolean;
  mayRepeat?: boolean;
}

/** What an action does: it gets the key, and what it is about where that isn't what is selected by now; `pick` gets the
 * letter that was typed. */
type KeyHandler = (key?: string, about?: HTMLElement[] | string) => unknown;

/** What a person has chosen for themselves. */
interface OwnPreferences {
  keys: Record<string, string[]>;
  quick: Record<string, Taxon>;
  layout?: Partial<LookOfGallery>;
}

interface LookOfGallery {
  layout: string;
  ground: string;
  inverted: boolean;
  /** Whether the pictures' own border is light or dark; empty where that is not known yet. */
  border: string;
}

// --- Marks -----------------------------------------------------------------------------------------------------------

/** In pixels of the image: x to the right, y down. */
type Point = [x: number, y: number];

type MarkKind = "point" | "line" | "polyline" | "polygon" | "box" | "ellipse" | "mask";

interface BoxGeometry {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface EllipseGeometry {
  cx: number;
  cy: number;
  rx: number;
  ry: number;
  /** Degrees, counter-clockwise. */
  angle: number;
}

interface PointsGeometry {
  points: Point[];
}

/** COCO's run lengths: columns first, beginning with what is outside. */
interface MaskGeometry {
  size: [height: number, width: number];
  counts: number[];
}

interface Geometries {
  point: PointsGeometry;
  line: PointsGeometry;
  polyline: PointsGeometry;
  polygon: PointsGeometry;
  box: BoxGeometry;
  ellipse: EllipseGeometry;
  mask: MaskGeometry;
}

type Geometry = Geometries[MarkKind];

/** A kind with a geometry of that kind. */
type Figure = { [Kind in MarkKind]: { kind: Kind; geometry: Geometries[Kind] } }[MarkKind];

interface MarkLabel {
  id: number;
  name: string;
  colour: string;
  dash: string;
  shape: string;
  is_active: boolean;
}

/** Null where it has none: a size in µm needs the size of a pixel. */
interface Measures {
  count: number;
  length_px: number | null;
  length_um: number | null;
  perimeter_px: number | null;
  perimeter_um: number | null;
  area_px: number | null;
  area_um2: number | null;
  esd_px: number | null;
  esd_um: number | null;
  angle_deg: number | null;
}

interface Mark {
  /** Null until it is saved. */
  id: number | null;
  version?: number;
  /** The rank of the image that it lies on. */
  image: number;
  label: MarkLabel;
  kind: MarkKind;
  geometry: Geometry;
  author: { username: string; name: string } | null;
  measures: Measures | null;
  /** Whose it is, where that stands beside it. */
  by?: string | false;
}

/** A mark as the log has it after a change. */
interface WrittenMark extends Mark {
  change: number;
  removed?: boolean;
}

/** Marks that somebody changed; null where there were too many to name. */
interface MarksEvent {
  objects: number[] | null;
  changes: number[] | null;
}

/** A mark that is being drawn. */
type Drawing = Pick<Mark, "kind" | "geometry" | "label"> & { id?: undefined };

type Tool = DrawnKind | "look" | "select" | "brush";

/** What clearTimeout takes. */
type Timer = ReturnType<typeof setTimeout>;

type DrawnKind = Exclude<MarkKind, "mask">;

type Server = import("./page/server.js").Server;
type Notice = import("./page/server.js").Notice;
type Tabs = import("./outbox/tabs.js").Tabs;
type Outbox = import("./outbox/outbox.js").Outbox;
type Preferences = import("./page/preferences.js").Preferences;
type Slots = import("./taxa/slots.js").Slots;
type Pointing = import("./mouse/pointing.js").Pointing;
type Strokes = import("./keyboard/strokes.js").Strokes;
type Toasts = import("./page/toast.js").Toasts;

/** What strokes need of the gallery. */
interface TargetGallery {
  targets(): HTMLElement[];
  isSelected(vignette: HTMLElement): boolean;
  set(vignettes: HTMLElement[], isSelected: boolean): void;
  focus(vignette: HTMLElement): void;
}

/** What pointing needs of it. */
interface PointedGallery {
  element: HTMLElement;
  /** How many are selected. */
  count: number;
  focusPointed(vignette: HTMLElement): void;
}

/** What a model's choices need of it. */
interface ChoosingGallery {
  element: HTMLElement;
  /** The vignette in hand. */
  framed: HTMLElement | null;
  all(): HTMLElement[];
}

/** What seeing needs of it. */
interface SeenGallery {
  element: HTMLElement;
  everything(): HTMLElement[];
}

// --- What elements and the document hear -------------------------------------------------------------------------------

interface HTMLElementEventMap {
  drawer: CustomEvent<null>;
  /** The gallery: a vignette has the focus, or has changed. */
  look: CustomEvent<HTMLElement>;
  "htmx:afterSettle": CustomEvent<{ target: HTMLElement }>;
  "htmx:beforeSwap": CustomEvent<{ isError: boolean; shouldSwap: boolean; requestConfig: { verb: string; elt: HTMLElement } }>;
}

interface DocumentEventMap {
  marks: CustomEvent<MarksEvent>;
  "taxon-replaced": CustomEvent<Replacement>;
}

// --- Maps ------------------------------------------------------------------------------------------------------------

/** Degrees east and north; longitudes from -180 to 180, west greater than east where it goes across the 180th meridian. */
interface GeoBox {
  west: number;
  south: number;
  east: number;
  north: number;
}

/** A sample on a map: its name, latitude, longitude, and how many objects it has. */
type SamplePlace = [name: string, latitude: number, longitude: number, objects: number];

/** vendor/land.json: polygons of rings, the outer one first, as steps of east and north in `units` of a degree. */
interface Land {
  units: number;
  polygons: number[][][];
}

/** What the viewer of a scan hears of an object in its sight; boxes are x, y, width, height in pixels of the scan. */
interface ScanObject {
  id: number;
  box: number[];
  taxon: { id: number; name: string } | null;
  state: string;
  original_id: string;
  outline: { box: number[]; counts: string } | null;
  /** Of its outline; 0 where it has none. */
  revision: number;
}

/** How a scan lies on its stage: where its upper left corner is, and how many pixels of the stage one of the scan takes. */
interface Projection {
  x: number;
  y: number;
  scale: number;
}

interface ScanObjects {
  objects: ScanObject[];
  cells: { x: number; y: number; objects: number }[];
  cell: number;
}

interface ScanPoint {
  x: number;
  y: number;
}

interface ScanRectangle extends ScanPoint {
  width: number;
  height: number;
}

/** Of OpenSeadragon, as far as scans/stage.js uses it. */
interface DeepZoom {
  canvas: HTMLElement;
  viewport: {
    goHome(): void;
    zoomBy(factor: number, at?: ScanPoint): void;
    panBy(by: ScanPoint): void;
    deltaPointsFromPixels(pixels: ScanPoint): ScanPoint;
    viewerElementToViewportCoordinates(position: ScanPoint): ScanPoint;
    zoomTo(zoom: number): void;
    getZoom(isCurrent: boolean): number;
    getBounds(): ScanRectangle;
    fitBounds(bounds: ScanRectangle, isAtOnce: boolean): void;
    applyConstraints(): void;
    imageToViewportZoom(zoom: number): number;
    imageToViewportRectangle(x: number, y: number, width: number, height: number): ScanRectangle;
    viewportToImageRectangle(bounds: ScanRectangle): ScanRectangle;
  };
  world: {
    getItemAt(place: number): { viewportToImageZoom(zoom: number): number; imageToViewerElementCoordinates(point: ScanPoint): ScanPoint } | undefined;
  };
  addHandler(name: string, act: (event: DeepZoomEvent) => void): void;
}

interface DeepZoomEvent {
  quick?: boolean;
  position?: ScanPoint;
  originalEvent?: KeyboardEvent & PointerEvent;
  preventDefaultAction?: boolean;
}

interface Window {
  /** Fetched by scans/viewer.js. */
  OpenSeadragon: { (options: object): DeepZoom; Point: new (x: number, y: number) => ScanPoint };
}

/** A part of the map; y goes up. */
interface MapBox {
  left: number;
  right: number;
  bottom: number;
  top: number;
}

// --- The map of objects (objectmap/) ---------------------------------------------------------------------------------

/** What the points are coloured by: without groups, by numbers. */
interface MapHeader {
  projection: number;
  title: string;
  /** Whether the blocks say where points lie, or their colours alone. */
  has_places: boolean;
  groups: MapGroup[];
}

interface MapGroup {
  key: number;
  name: string;
  /** A hex number, or the name of a CSS variable. */
  colour: string;
  /** Of the tree, whose taxa share a hue. */
  branch: string;
  /** Of the filter that finds its objects; empty where none does. */
  query: string;
  is_italic: boolean;
  is_branch_italic: boolean;
}

interface MapBlock {
  ids: Float64Array;
  values: Uint16Array | Float32Array;
  x: Uint16Array;
  y: Uint16Array;
}

interface MapPicture {
  id: number;
  url: string;
  width: number;
  height: number;
  name: string;
  is_italic: boolean;
  state: string;
  original_id: string;
}

// --- Pages -------------------------------------------------------------------------------------------------------------

interface Htmx {
  process(element: Element): void;
  ajax(verb: string, url: string, context: { target?: Element | string; source?: Element; values?: object; swap: string }): Promise<void>;
  trigger(element: Element, name: string): void;
}

/** Fetched by htmx.js. */
declare var htmx: Htmx;

/** Of tus-js-client, fetched by sending.js. */
interface TusError {
  originalResponse?: { getStatus(): number; getBody(): string } | null;
}

interface TusUpload {
  url: string;
  start(): void;
  abort(): void;
  findPreviousUploads(): Promise<object[]>;
  resumeFromPreviousUpload(earlier: object): void;
}

interface Window {
  /** Leaflet, fetched by map/parts.js. */
  L: typeof import("leaflet");
  tus?: { Upload: new (file: File, options: object) => TusUpload };
}

/** Pages are HTML: what a selector finds in them is an element of it, unless something else is said. */
interface ParentNode {
  querySelector<K extends keyof HTMLElementTagNameMap>(selectors: K): HTMLElementTagNameMap[K] | null;
  querySelector<E extends Element = HTMLElement>(selectors: string): E | null;
  querySelectorAll<K extends keyof HTMLElementTagNameMap>(selectors: K): NodeListOf<HTMLElementTagNameMap[K]>;
  querySelectorAll<E extends Element = HTMLElement>(selectors: string): NodeListOf<E>;
}

interface Element {
  closest<K extends keyof HTMLElementTagNameMap>(selector: K): HTMLElementTagNameMap[K] | null;
  closest<E extends Element = HTMLElement>(selectors: string): E | null;
}
