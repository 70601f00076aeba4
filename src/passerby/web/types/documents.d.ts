// What the API gives, as the page scripts read it: docs/api.md and docs/json.md say what each field means.

/** `[x1, y1, x2, y2]` in pixels of the upright frame. */
type Box = number[];
/** `[start, end]` in seconds. */
type Stretch = number[];

interface Span {
  start: number;
  end: number;
}

interface LabelledSpan extends Span {
  label: string;
  share?: number; // of the most, in a graph
}

interface Chapter extends Span {
  name: string;
}

interface VideoComment {
  id: string;
  user: string;
  time: number | null; // in the video
  text: string;
  created: string;
  changed: string;
  mentions: string[];
  own: boolean;
}

interface VideoComments {
  comments: VideoComment[];
  users: string[];
}

interface Moment extends Span {
  not_described?: string;
  people?: number; // at once
}

interface TextSpan extends Span {
  text: string;
}

interface Speech extends TextSpan {
  words: TextSpan[];
  language?: string;
  correction?: { heard: string; by: string; time: string } | null;
}

/** A correction of a line that is not there any more. */
interface Unplaced extends TextSpan {
  by: string;
  time: string;
}

interface Note extends LabelledSpan {
  rejected?: boolean;
}

interface VideoSummary {
  id: string;
  name: string;
  duration: number;
  status: string;
  recorded: string;
  recorded_source: string;
  title: string;
  description: string;
  review: string;
  has: string[];
}

/** Of each video of a list 100 times its width through its height; and how many of each day follow each other. */
interface Shapes {
  aspects: number[];
  days: [number | null, number][];
}

interface FacetValue {
  value: string;
  videos: number;
}

interface FacetList {
  total: number;
  facets: Record<string, FacetValue[]>;
}

interface Collection {
  id: string;
  name: string;
  description: string;
  case: boolean;
  made_by: string;
  created: string;
  videos: number;
}

interface Trash {
  videos: TrashEntry[];
  next: string | null;
  days: number;
}

interface TrashEntry {
  id: string;
  name: string;
  duration: number;
  by: string;
  since: string;
  until: string;
}

interface VideoList {
  videos: VideoSummary[];
  total: number;
  next: string | null;
}

interface VideoDocument extends VideoSummary {
  width: number;
  height: number;
  frames: number;
  note?: string;
  moments: Moment[];
  shots?: Span[];
  objects?: LabelledSpan[];
  tags?: LabelledSpan[];
  text?: TextSpan[];
  speech?: Speech[];
  unplaced?: Unplaced[];
  notes?: Note[];
  chapters?: Chapter[];
  people?: { max_at_once: number; counts: { time: number; people: number }[] };
}

interface Hit extends Span {
  video: string;
  name: string;
  moment: number;
  why: string[];
  reasons: { kind: ReasonKind; label: string; score: number | null }[];
}

type ReasonKind = "object" | "tag" | "text" | "said" | "cue" | "person" | "name";

interface SearchNotice {
  kind: string;
  words: string[];
}

interface SearchAnswer {
  notices: SearchNotice[];
  hits: Hit[];
  next: string | null;
}

interface SearchFacets {
  moments: number;
  in_videos: number;
  videos: { id: string; name: string; moments: number }[];
  kinds: { kind: ReasonKind; moments: number }[];
  labels: { label: string; moments: number }[];
  near: string[];
}

interface Job {
  id: string;
  kind: string;
  asked: any; // by the kind
  result: any; // by the kind
  video: string;
  name: string; // of the video
  caller: string;
  status: string;
  step: string;
  done: number;
  total: number | null;
  message: string;
  created: number;
  started: number;
  ended: number;
  can_retry: boolean;
}

interface Point {
  time: number;
  box: Box;
}

interface Track {
  number: number;
  kind: string;
  label: string;
  hidden: boolean;
  score: number;
  boxes: Point[];
  reason?: string;
}

interface PlanPolicy {
  style: string;
  shape: string;
  audio: { mode: string; spans: Stretch[]; pii?: boolean };
  within: Stretch | null;
}

interface PlanDocument {
  original: { width: number; height: number; duration: number; frames: number; time_base: string };
  policy: PlanPolicy;
  tracks: Track[];
}

/** What turns a plan into another one: of tracks only what is other about them. */
interface PlanChanges {
  tracks: Partial<Track>[];
  removed: number[];
  policy: PlanPolicy | null;
}

interface StoredPlan {
  id: string;
  version: number;
  plan: PlanDocument;
}

interface FollowedPath {
  boxes: Point[];
  starts: string;
  ends: string;
  known: Stretch;
}

/** What is hidden at moments of a stretch of time. */
interface HiddenRegions {
  moments: { time: number; boxes: Box[] }[];
}

/** What is hidden about a moment, and what fills a box. */
interface HiddenShapes {
  shape: string;
  boxes: Box[];
}

interface AuditedFace {
  number: number;
  plan_track: number | null;
  leaks: Point[];
  nobody: { reason: string; by: string } | null;
}

interface Audit {
  state: "passed" | "shows_on_purpose" | "failed" | "not_audited";
  verdict: string;
  faces: { answered: number; leaked: number; shown_on_purpose?: number };
  problems: string[];
  tracks: AuditedFace[];
}

interface Copy {
  id: string;
  video: string;
  name: string;
  created: number;
  state: Audit["state"];
  verdict: string;
  released: { by: string } | null;
  plan: string;
  summary: string[];
}

interface Model {
  name: string;
  task: string;
  licence: string;
  here: boolean;
  published: boolean;
  upstream: string;
  training_data: string;
  limits: string;
  get: string;
  size: number; // bytes; 0 where that is not known
}

interface User {
  name: string;
  role: string;
  created: string;
}

interface Token {
  number: number;
  label: string;
  scopes: string[];
  expires: string;
  expired: boolean;
}

interface Hook {
  id: string;
  url: string;
  created: number;
  undelivered: { number: number; attempts: number; due: number } | null;
}

interface LogEntry {
  number: number;
  time: string;
  user: string;
  action: string;
  subject: string;
  details: Record<string, unknown>;
  name: string; // of the video that it is about
}

interface OwnSession {
  id: string;
  created: string;
  used: string;
  expires: string;
  browser: string;
  current: boolean;
}

/** `[x, y]` in shares of the picture's width and height. */
type Corner = number[];

interface WatchedZone {
  name: string;
  corners: Corner[];
}

interface WatchedState {
  status: "connecting" | "watching" | "stalled" | "lost" | "refused" | "stopped" | "unwatched";
  wall: number; // seconds since 1970; 0: nothing was ever said
  now: number;
  message: string;
  size: number[];
  rate: number;
  lag: number;
  look_interval: number;
  paused: string[];
  dropped: number;
  unlooked: number;
  reconnects: number;
  recorded_bytes: number;
}

interface WatchedSource {
  name: string;
  address: string;
  kind: string;
  hide: string[];
  keep_original: boolean;
  original_seconds: number | null;
  keep_seconds: number | null;
  max_bytes: number | null;
  login: string;
  transport: string;
  allows_private: boolean;
  zone: string; // of the clock
  zones: WatchedZone[];
  rules: { name: string; zone?: string | null }[];
  restream: boolean;
  created: number;
  pictured: number | null;
  state: WatchedState;
}

interface WatchedSegment extends Span {
  id: string;
  run: string;
  clock: string;
  gap: number;
  why: string;
  unlooked: Stretch[];
  hidden: boolean;
  bytes: number;
  video: string; // "" until it is in the library
}

interface WatchedDay extends Span {
  day: string;
  zone: string;
  segments: WatchedSegment[];
}

interface WatchedEvent {
  id: string;
  type: "new" | "update" | "end";
  label: string;
  score: number;
  zones: string[];
  rule: string;
  time: string;
  seconds: number;
}

interface WatchedCount {
  zone: string; // "": the whole picture
  hour: number;
  kind: "people" | "vehicles";
  number: number;
}

/** What `upload.js` throws and a call of the API: the status of the answer, if there was one. */
interface Error {
  status?: number;
}

interface DocumentEventMap {
  jobs: CustomEvent<Job[]>; // all that the server tells of, whenever one changes
  keys: CustomEvent<import("../static/key_sheet.js").KeyRow[]>; // the sheet of keys is to be shown: pages add theirs
}

interface HTMLElementEventMap {
  drawing: Event; // drawing a box has begun or ended
}

interface Hold {
  id: string;
  video: string;
  case: string;
  reason: string;
  by: string;
  since: string;
}

interface Case {
  id: string;
  name: string;
  description: string;
  made_by: string;
  created: string;
  items: number;
  users: string[];
  holds: Hold[];
}

interface Check {
  time: string;
  clock: string;
  by: string;
  sound: boolean;
  faults: string[];
}

interface EvidenceItem {
  id: string;
  record: string;
  name: string;
  digests: { sha256: string; sha512: string; size: number };
  modified: string;
  taken: string;
  clock: string;
  acquisition: { source: string; by: string; notes: string };
  recorded: string;
  zone: string;
  device: Record<string, string>;
  sidecars: { name: string; kind: string; sha256: string; verdict: string; reason: string }[];
  last_check: Check | null;
}

interface PlacedItem extends EvidenceItem {
  cases: Case[];
  holds: Hold[];
}

interface ChainLink {
  number: number;
  time: string;
  clock: string; // "" where it was not noted
  user: string;
  action: string;
  details: Record<string, unknown>;
  hash: string;
}

/** What would leave with a bag. */
interface Leaving {
  sealed: boolean;
  originals: number;
  size: number;
  files: { path: string; content: string; size: number | null; sha256: string }[];
}
