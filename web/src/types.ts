// The API's answers; the names are those of /api/openapi.json.

export interface Listed {
  scenario: string;
  is_editable: boolean;
}

export interface Place {
  place: string;
  name: string;
  kind: string;
  lon: number | null;
  lat: number | null;
  capacity: number | null;
}

export interface Route {
  route: string;
  origin: string;
  destination: string;
  mode: string;
  both_ways: boolean;
  points: [number, number][];
}

/** A route, and its state on some days, in one word and in words. */
export interface Way {
  route: string;
  state: "open" | "limited" | "held" | "shut";
  words: string;
  start: string;
  end: string;
}

/** People who set out on a directed route: low, likely and high, each a list of days. */
export interface RouteFlow {
  route: string;
  quantiles: number[][];
}

export interface Siege {
  place: string;
  start: string;
  end: string | null;
}

export interface Outline {
  name: string;
  rings: [number, number][][];
}

export interface Slider {
  kind: string;
  subject: string | null;
  unit: string | null;
  low: number;
  high: number;
  step: number;
  stated: number | null;
  usual: number | null;
  until: string | null;
  is_in_force: boolean;
}

export interface KnownReport {
  date: string;
  place: string;
  measure: string;
  qualifier: string;
  people: number;
  people_high: number | null;
  source: string;
  known_on: string;
  use: string;
  definition: string | null;
  sentence: string;
  brought_from: string;
}

export interface Screen {
  scenario: string;
  title: string;
  is_editable: boolean;
  start: string;
  end: string;
  known_by: string;
  days: number;
  main_place: string;
  places: Place[];
  routes: Route[];
  besieged: Siege[];
  outlines: Outline[];
  sliders: Slider[];
  reports: KnownReport[];
  alternatives: { alternative: string; meaning: string }[];
}

export interface Lever {
  kind: string;
  subject: string | null;
  value: number | null;
  start: string;
  end: string | null;
}

export interface Report {
  date: string;
  place: string;
  measure: string;
  qualifier: string;
  count: number;
  source: string;
}

export interface Series {
  measure: string;
  place: string;
  quantiles: number[][];
}

export interface Difference {
  measure: string;
  place: string;
  unit: string;
  low: number;
  likely: number;
  high: number;
  chance_above: number;
  chance_below: number;
}

export interface Need {
  place: string;
  item: string;
  label: string;
  remark: string;
  unit: string;
  day: string;
  low: number;
  likely: number;
  high: number;
  small: number;
  change: number | null;
}

export interface RunOut {
  place: string;
  item: string;
  label: string;
  early: string | null;
  likely: string | null;
}

export interface LearntLever {
  kind: string;
  subject: string | null;
  low: number;
  likely: number;
  high: number;
}

/** Quantiles of days: the fitted past, or a forecast. */
export interface Fans {
  days: string[];
  series: Series[];
  ways: Way[];
  flows?: RouteFlow[];
}

export interface Past extends Fans {
  learnt: LearntLever[];
  alarms: { words: string; line: string }[];
  notes: string[];
  assumption_only: string[];
}

export interface Answer {
  members: number;
  days: string[];
  levels: number[];
  series: Series[];
  ways: Way[];
  flows: RouteFlow[];
  needs: Need[] | null;
  runout: RunOut[] | null;
  differences: Difference[];
  notes: string[];
}

export interface Job {
  job: string;
  status: "queued" | "running" | "done" | "failed" | "cancelled";
  step: string;
  done: number;
  total: number;
  ahead: number;
  detail: string | null;
  problems: Problem[];
  run: string | null;
}

export interface Problem {
  code: string;
  what: string;
  fix: string;
  file: string | null;
  line: number | null;
  column: string | null;
}

export interface WaitingProposal {
  proposal: string;
  kind: string | null;
  is_event: boolean;
  qualifier: string;
  count: number | null;
  count_high: number | null;
  unit: string;
  place: string | null;
  place_text: string | null;
  start: string | null;
  end: string | null;
  said_by: string | null;
  sentence: string;
  file: string;
  span_start: number;
  span_end: number;
  confidence: number;
  lacking: string[];
}

export interface TableText {
  table: string;
  version: string;
  columns: string[];
  rows: string[][];
}
