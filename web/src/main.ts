// The page: one state, held by the address; one loop that draws it.

import "./style.css";
import * as api from "./api";
import { Chart, quantilesOn, rowsOf } from "./chart";
import type { Drawn } from "./chart";
import { byId, fillSelect, make, table } from "./dom";
import { capital, change, day, daysBetween, later, people } from "./format";
import { drawLevers, supposedWords, withLever } from "./levers";
import type { Setting } from "./levers";
import { drawMap, drawWays } from "./map";
import { drawDifferences, drawNeeds, isClear } from "./needs";
import { drawAlarms, drawNotes, forPeople } from "./notes";
import { Proposals } from "./proposals";
import { drawReports, fillForm, isSameFigure, measureName, readForm } from "./reports";
import { english, language, many, remember, say, speak } from "./say";
import { emptyState, readState, writeState } from "./state";
import type { State } from "./state";
import { Tables } from "./tables";
import type { Answer, Fans, Job, Past, Report, Screen } from "./types";

const DRAGGED_MEMBERS = 300;
const ALL = null;
const REST_MS = 250;
const SLOW_MS = 1000;
const MEASURES = ["stock", "arrivals", "waiting", "inside", "cumulative_deaths"];

let state: State = emptyState(null);
let screen: Screen | null = null;
let past: Past | null = null;
let base: Answer | null = null;
let shown: Answer | null = null;
let before: { words: string; likely: number } | null = null;
let draggedAt: number | null = null;
let opening = 0;

const chart = new Chart(byId("chart"), byId("mark-words"));
const tables = new Tables(byId("tables"), {
  saved: () => void open(),
  copied: (name) => void listScenarios(name).then(() => go({ ...state, scenario: name })),
});

const proposals = new Proposals(byId("proposals-section"), byId("proposals"), { learn: () => void open() });

// --- the state ---------------------------------------------------------------------------------

function fit(): api.Fit {
  const at = screen as Screen;
  return { scenario: at.scenario, known_by: at.known_by, days: daysAhead(at), reports: state.reports, language: state.language };
}

const daysAhead = (at: Screen): number => Math.max(1, Math.min(state.days ?? at.days, daysBetween(at.known_by, at.end), 90));
const whatIf = (members: number | null): api.WhatIf => ({ ...fit(), alternative: state.alternative, levers: state.levers, members });
const isSupposed = (): boolean => state.levers.length > 0 || state.alternative !== null;
const lastDay = (at: Screen): string => later(at.known_by, daysAhead(at));

function begins(at: Screen): string {
  const tomorrow = later(at.known_by, 1);
  return state.begins !== null && state.begins >= tomorrow && state.begins <= lastDay(at) ? state.begins : tomorrow;
}

function setting(at: Screen): Setting {
  return { screen: at, begins: begins(at), lastDay: lastDay(at), levers: state.levers, learnt: past?.learnt ?? [] };
}

function keepState(): void {
  history.replaceState(null, "", writeState(state));
}

/** Show another state: its scenario and fit are opened anew. */
function go(next: State): Promise<void> {
  state = next;
  keepState();
  return open();
}

// --- what is going on ------------------------------------------------------------------------------

function trouble(error: unknown): void {
  const box = byId("trouble");
  if (error === null) {
    box.replaceChildren();
    return;
  }
  const problems = error instanceof api.Refusal ? error.problems : [];
  const items = problems.map((row) => make("li", {}, `${row.code}  ${[row.file, row.line === null ? null : say("line {line}", { line: row.line }), row.column].filter((x) => x !== null).join(", ")}: ${row.what} ${row.fix}`));
  const words = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
  box.replaceChildren(make("p", {}, words), ...(items.length > 0 ? [make("ul", {}, ...items)] : []));
}

function showJob(job: Job | null): void {
  const box = byId("status");
  if (job === null) {
    box.replaceChildren();
    return;
  }
  const words = job.status === "queued" ? say("Waiting: {count} before this", { count: job.ahead }) : job.step || say("Starting");
  const meter = make("progress", { "aria-label": words });
  if (job.total > 0) {
    meter.max = job.total;
    meter.value = job.done;
  }
  const stop = make("button", { type: "button" }, say("Cancel"));
  stop.addEventListener("click", () => void api.cancelJob(job.job).catch(trouble));
  const old = box.querySelector("span");
  if (old !== null && old.textContent === words) {
    box.querySelector("progress")?.replaceWith(meter);
    return;
  }
  box.replaceChildren(make("span", {}, words), meter, stop);
}

let current: Job | null = null;

async function wait(job: Job): Promise<Job> {
  current = job;
  try {
    return await api.over(job, showJob);
  } finally {
    if (current === job) {
      current = null;
      showJob(null);
    }
  }
}

/** Give up what this tab waits for: something else is wanted now. */
function giveUp(): void {
  if (current !== null) void api.cancelJob(current.job).catch(() => undefined);
}

// --- opening a scenario --------------------------------------------------------------------------

async function listScenarios(chosen: string | null): Promise<void> {
  const listed = await api.listScenarios();
  const select = byId<HTMLSelectElement>("scenario");
  fillSelect(select, listed.map((row) => [row.scenario, row.scenario]), chosen);
  if (chosen === null || !listed.some((row) => row.scenario === chosen)) {
    state = { ...state, scenario: listed[0]?.scenario ?? null };
    if (chosen !== null) trouble(new Error(say("There is no scenario {scenario} here. Another one is shown.", { scenario: chosen })));
  }
  if (state.scenario !== null) select.value = state.scenario;
}

/** Speak the language of the state, on the whole page. */
async function speakIts(code: string): Promise<void> {
  byId<HTMLSelectElement>("language").value = code;
  if (code !== language()) speak(code === english().language ? english() : await api.readWords(code));
}

async function open(): Promise<void> {
  const mine = ++opening;
  const isCurrent = (): boolean => mine === opening;
  giveUp();
  trouble(null);
  try {
    await speakIts(state.language);
    const next = await api.readScenario(state.scenario ?? "", state.knownBy);
    if (!isCurrent()) return;
    screen = next;
    checkState(next);
    fillControls(next);
    await learn(isCurrent);
  } catch (error) {
    if (!isCurrent()) return;
    if (error instanceof api.Cancelled) trouble(new Error(say("Cancelled. What is shown is as it was; choose a day or a scenario to go on.")));
    else trouble(error);
    if (shown === null) byId("headline").textContent = say("There is no forecast to show.");
  }
}

/** Leave out of the state what the scenario does not have. */
function checkState(at: Screen): void {
  const places = new Set(at.places.map((row) => row.place));
  if (state.place === null || !places.has(state.place)) state = { ...state, place: at.main_place };
  if (!MEASURES.includes(state.measure)) state = { ...state, measure: "stock" };
  if (!at.alternatives.some((row) => row.alternative === state.alternative)) state = { ...state, alternative: null };
  const known = new Set(at.sliders.map((row) => `${row.kind} ${row.subject ?? ""}`));
  state = {
    ...state,
    scenario: at.scenario,
    levers: state.levers.filter((row) => known.has(`${row.kind} ${row.subject ?? ""}`) && row.start > at.known_by),
    reports: state.reports.filter((row) => places.has(row.place)),
  };
  keepState();
}

async function learn(isCurrent: () => boolean): Promise<void> {
  try {
    await wait(await api.calibrate(fit()));
  } catch (error) {
    if (!(error instanceof api.StartedAnew) || !isCurrent()) throw error;
    await wait(await api.calibrate(fit()));
  }
  if (!isCurrent()) return;
  const asked = fit();
  const [behind, ahead] = await Promise.all([api.past(asked), api.forecast({ ...asked, alternative: null, levers: [], members: ALL })]);
  if (!isCurrent()) return;
  past = behind;
  fillLevers(screen as Screen);
  base = ahead;
  shown = ahead;
  if (isSupposed()) shown = await shownIfSlow(api.compare(whatIf(ALL)));
  if (isCurrent()) draw();
}

// --- moving a lever: the latest position is asked for, one at a time --------------------------------

let isAsking = false;
let wanted: { members: number | null } | null = null;
let resting: ReturnType<typeof setTimeout> | undefined;

function ask(members: number | null): void {
  wanted = { members };
  if (!isAsking) void askInTurn();
}

async function askInTurn(): Promise<void> {
  isAsking = true;
  try {
    while (wanted !== null) {
      const { members }: { members: number | null } = wanted;
      wanted = null;
      const since = draggedAt;
      const mine = opening;
      const found = isSupposed() ? await shownIfSlow(api.compare(whatIf(members))) : base;
      if (mine !== opening) continue;
      // While many ask, needs wait until one rests: those of before stay.
      shown = found === null ? null : { ...found, needs: found.needs ?? shown?.needs ?? null, runout: found.runout ?? shown?.runout ?? null };
      trouble(null);
      draw();
      if (since !== null) requestAnimationFrame(() => performance.measure("drag to redraw", { start: since, end: performance.now() }));
    }
  } catch (error) {
    if (error instanceof api.Refusal && error.isNotFitted) void open();
    else trouble(error);
  } finally {
    isAsking = false;
  }
}

/** Show that something is calculated where it takes more than a second. */
async function shownIfSlow<T>(answer: Promise<T>): Promise<T> {
  const words = say("Calculating what is supposed");
  const box = byId("status");
  const timer = setTimeout(() => box.replaceChildren(make("span", {}, words), make("progress", { "aria-label": words })), SLOW_MS);
  try {
    return await answer;
  } finally {
    clearTimeout(timer);
    if (box.querySelector("span")?.textContent === words) box.replaceChildren();
  }
}

function moved(isAtRest: boolean): void {
  draggedAt = performance.now();
  keepState();
  clearTimeout(resting);
  ask(DRAGGED_MEMBERS);
  if (isAtRest) {
    resting = setTimeout(() => {
      draggedAt = null;
      ask(ALL);
    }, REST_MS);
  }
}

// --- drawing ----------------------------------------------------------------------------------------

function fillControls(at: Screen): void {
  byId<HTMLSelectElement>("scenario").value = at.scenario;
  const knownBy = byId<HTMLInputElement>("known-by");
  [knownBy.min, knownBy.max, knownBy.value] = [at.start, later(at.end, -1), at.known_by];
  byId<HTMLInputElement>("days").value = String(daysAhead(at));
  fillSelect(byId("place"), at.places.map((row) => [row.place, row.name]), state.place);
  fillSelect(byId("measure"), MEASURES.map((name) => [name, capital(measureName(name))]), state.measure);
  const alternatives: [string, string][] = at.alternatives.map((row) => [row.alternative, row.alternative.replaceAll("_", " ")]);
  fillSelect(byId("alternative"), [["", say("the scenario as it is")], ...alternatives], state.alternative ?? "");
  byId("alternative-label").hidden = at.alternatives.length === 0;
  const first = byId<HTMLInputElement>("begins");
  [first.min, first.max, first.value] = [later(at.known_by, 1), lastDay(at), begins(at)];
  fillLevers(at);
  fillForm(byId("report"), at);
  drawReports(byId("report-list"), at, state.reports, { remove: removeReport, keep: (row) => void keepReport(row) });
  tables.show(at);
  void proposals.show(at);
}

function fillLevers(at: Screen): void {
  drawLevers(byId("levers"), setting(at), (lever, slider, isAtRest) => {
    state = { ...state, levers: withLever(state.levers, lever, slider) };
    moved(isAtRest);
  });
}

function drawn(at: Screen): Drawn {
  const place = state.place ?? at.main_place;
  const own: Report[] = state.reports;
  const fresh = own.map((row) => ({ ...row, people: row.count, people_high: null, known_on: row.date, use: "fit", definition: null, sentence: "", brought_from: say("added on this page") }));
  const fits = (row: { place: string; measure: string }): boolean => row.place === place && row.measure === state.measure;
  const known = at.reports.filter((row) => fits(row) && row.known_on <= at.known_by && row.use === "fit");
  return {
    place,
    measure: state.measure,
    origin: at.known_by,
    past,
    base,
    shown,
    isSupposed: isSupposed(),
    reports: [...known, ...fresh.filter(fits)],
    capacity: capacityOf(at, place),
  };
}

/** Return what a place can hold: as a lever has it, else as it is stated. */
function capacityOf(at: Screen, place: string): number | null {
  const isHere = (row: { kind: string; subject: string | null }): boolean => row.kind === "capacity_change" && row.subject === place;
  const stated = at.sliders.find(isHere)?.stated ?? at.places.find((row) => row.place === place)?.capacity ?? null;
  return state.levers.find(isHere)?.value ?? stated;
}

function likelyOn(answer: Fans | null, at: Screen, when: string): [number, number, number] {
  return quantilesOn(answer, state.place ?? at.main_place, state.measure, when) ?? [0, 0, 0];
}

const span = (row: [number, number, number]): string => say("likely {likely} ({low}–{high})", { likely: people(row[1]), low: people(row[0]), high: people(row[2]) });

function draw(): void {
  const at = screen;
  if (at === null || shown === null) return;
  const when = lastDay(at);
  const name = at.places.find((row) => row.place === state.place)?.name ?? "";
  const what = `${capital(measureName(state.measure))}${say(", ")}${name}`;
  const ahead = likelyOn(shown, at, when);
  const isAssumed = past?.assumption_only.includes(state.measure) ?? false;
  byId("headline").textContent = say("{what}, {day}: {people}", { what, day: day(when), people: span(ahead) }) + (isAssumed ? say(", an assumption only: nobody has reported any") : "");
  drawSupposed(at, ahead, when);
  drawMoved(ahead);
  drawAlarms(byId("alarms"), past);
  drawNotes(byId("notes"), say("Know of this fit:"), (past?.notes ?? []).map((text) => forPeople(text, at)));
  drawNotes(byId("beyond"), say("Outside what was learnt:"), isSupposed() ? shown.notes : []);
  const now = drawn(at);
  chart.draw(now);
  drawKey(now);
  byId("chart-words").textContent = say("{what}. Known by {origin}; {now} that day by the fit, {ahead} on {day}.", { what, origin: day(at.known_by), now: people(likelyOn(past, at, at.known_by)[1]), ahead: span(ahead), day: day(when) });
  byId("chart-table").replaceChildren(table([say("Day"), say("Line"), say("Low"), say("Likely"), say("High")], rowsOf(now), say("The chart as a table")));
  byId("members").textContent = many("{count} simulated history.", "{count} simulated histories.", shown.members);
  drawDifferences(byId("differences"), at, shown, now.place, now.isSupposed, past?.assumption_only ?? []);
  drawNeeds(byId("needs"), at, shown, now.place, at.known_by, now.isSupposed);
  drawDay(at);
}

function drawSupposed(at: Screen, ahead: [number, number, number], when: string): void {
  const box = byId("supposed");
  box.hidden = !isSupposed();
  document.body.classList.toggle("is-supposed", isSupposed());
  const stated = at.alternatives.find((row) => row.alternative === state.alternative)?.meaning;
  byId("alternative-meaning").textContent = stated ?? "";
  const parts = [stated, supposedWords(setting(at))].filter((part) => part);
  const usual = likelyOn(base, at, when);
  const differs = pairedWords();
  byId("bar").textContent = [span(ahead), differs].filter((part) => part).join(say("; "));
  box.textContent = differs === ""
    ? say("What if? {supposed}. Without that: {usual}.", { supposed: bare(parts), usual: span(usual) })
    : say("What if? {supposed}. Without that: {usual}. Difference: {difference}.", { supposed: bare(parts), usual: span(usual), difference: differs });
}

/** Return sentences as one part of another: without the point of the last. */
const bare = (parts: (string | undefined)[]): string => parts.map((part) => (part ?? "").replace(/[.]$/, "")).join(say("; "));

/** Return the difference of the people at the chosen place, member by member: medians of unlike numbers of members differ by chance. */
function pairedWords(): string {
  if (state.measure !== "stock" || shown === null) return "";
  const row = shown.differences.find((one) => one.measure === "stock" && one.place === state.place);
  if (row === undefined || !isClear(row)) return say("no clear change");
  return say("likely {likely} ({low} to {high})", { likely: change(row.likely), low: change(row.low), high: change(row.high) });
}

function drawMoved(ahead: [number, number, number]): void {
  const box = byId("moved");
  box.hidden = before === null || state.reports.length === 0;
  if (before !== null) box.textContent = say("With the report: {people}. Before it: {before}. The likely figure moves by {change}.", { people: span(ahead), before: before.words, change: change(ahead[1] - before.likely) });
}

function drawKey(now: Drawn): void {
  const parts: [string, string][] = [["past", say("fit to the reports, 8 in 10 and 5 in 10")]];
  parts.push(now.isSupposed ? ["supposed", say("what if, 8 in 10 and 5 in 10")] : ["forecast", say("forecast, 8 in 10 and 5 in 10")]);
  if (now.isSupposed) parts.push(["base", say("the scenario as it is")]);
  if (now.reports.length > 0) parts.push(["report", say("reported")]);
  if (now.capacity !== null && now.measure === "stock") parts.push(["limit", say("capacity {people}", { people: people(now.capacity) })]);
  byId("key").replaceChildren(...parts.map(([kind, text]) => make("li", { class: kind }, text)));
}

function drawDay(at: Screen): void {
  const days = [...(past?.days ?? []), ...(shown?.days ?? [])];
  const slider = byId<HTMLInputElement>("day");
  slider.max = String(Math.max(days.length - 1, 0));
  const chosen = days.indexOf(state.day ?? lastDay(at));
  slider.value = String(chosen < 0 ? days.length - 1 : chosen);
  const when = days[Number(slider.value)] ?? at.known_by;
  const words = `${day(when)}${say(", ")}${when > at.known_by ? say("forecast") : say("fit")}`;
  byId("day-words").textContent = words;
  slider.setAttribute("aria-valuetext", words);
  drawWays(byId("map-key"), byId("ways-table"), at, past, shown, when);
  byId("map-words").textContent = drawMap(byId("map"), at, past, shown, when);
}

function step(by: number): void {
  const slider = byId<HTMLInputElement>("day");
  slider.value = String(Number(slider.value) + by);
  slider.dispatchEvent(new Event("input"));
}

// --- what people do ----------------------------------------------------------------------------------

function addReport(event: SubmitEvent): void {
  event.preventDefault();
  const at = screen;
  if (at === null) return;
  const form = byId<HTMLFormElement>("report");
  const report = readForm(form, at);
  byId("report-problem").textContent = typeof report === "string" ? report : "";
  if (typeof report === "string") return;
  if ([...at.reports.map((row) => ({ ...row, count: row.people })), ...state.reports].some((row) => isSameFigure(row, report))) {
    byId("report-problem").textContent = say("This report is there already; a figure counts once.");
    return;
  }
  const when = lastDay(at);
  const ahead = likelyOn(shown, at, when);
  before = { words: say("{people} on {day}", { people: span(ahead), day: day(when) }), likely: ahead[1] };
  const knownBy = report.date > at.known_by ? report.date : at.known_by;
  const days = Math.max(1, daysBetween(knownBy, when));
  form.querySelector<HTMLInputElement>("[name=count]")?.setAttribute("value", "");
  void go({ ...state, knownBy, days, reports: [...state.reports, report], levers: state.levers.map((row) => (row.start > knownBy ? row : { ...row, start: later(knownBy, 1) })) });
}

function removeReport(report: Report): void {
  before = null;
  void go({ ...state, reports: state.reports.filter((row) => row !== report) });
}

async function keepReport(report: Report): Promise<void> {
  try {
    await api.addObservation(state.scenario ?? "", report);
    before = null;
    await go({ ...state, reports: state.reports.filter((row) => row !== report) });
  } catch (error) {
    trouble(error);
  }
}

async function download(): Promise<void> {
  trouble(null);
  try {
    const job = await wait(await api.writeReport(whatIf(ALL)));
    const url = URL.createObjectURL(await api.readReport(job.job));
    const link = make("a", { href: url, download: `${(job.run ?? "report").split(/[\\/]/).pop() ?? "report"}.html` });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    byId("status").textContent = say("The report has been downloaded; its RUN folder is {folder}.", { folder: job.run ?? "" });
  } catch (error) {
    trouble(error instanceof api.Cancelled ? new Error(say("Cancelled; no report was written.")) : error);
  }
}

async function share(): Promise<void> {
  keepState();
  try {
    await navigator.clipboard.writeText(location.href);
    byId("status").textContent = say("The link to this screen has been copied.");
  } catch {
    byId("status").textContent = say("The address bar holds the link to this screen.");
  }
}

function listen(): void {
  const on = (id: string, act: (value: string) => void): void =>
    byId(id).addEventListener("change", (event) => act((event.target as HTMLInputElement).value));
  on("language", (value) => void go({ ...state, language: value }));
  on("scenario", (value) => void go({ ...emptyState(value), measure: state.measure }));
  on("known-by", (value) => void (value !== "" && go({ ...state, knownBy: value, day: null, levers: [] })));
  on("days", (value) => void (Number(value) >= 1 && go({ ...state, days: Math.round(Number(value)), day: null })));
  on("place", (value) => redraw({ ...state, place: value }));
  on("measure", (value) => redraw({ ...state, measure: value }));
  on("alternative", (value) => {
    state = { ...state, alternative: value === "" ? null : value };
    moved(true);
  });
  on("begins", (value) => {
    if (screen === null || value === "") return;
    state = { ...state, begins: value };
    const first = begins(screen);
    state = { ...state, levers: state.levers.map((row) => ({ ...row, start: first })) };
    fillLevers(screen);
    moved(true);
  });
  byId("reset").addEventListener("click", () => {
    state = { ...state, levers: [], alternative: null };
    byId<HTMLSelectElement>("alternative").value = "";
    if (screen !== null) fillLevers(screen);
    moved(true);
  });
  byId("day").addEventListener("input", (event) => {
    const days = [...(past?.days ?? []), ...(shown?.days ?? [])];
    state = { ...state, day: days[Number((event.target as HTMLInputElement).value)] ?? null };
    keepState();
    if (screen !== null) drawDay(screen);
  });
  byId("day-before").addEventListener("click", () => step(-1));
  byId("day-after").addEventListener("click", () => step(1));
  byId("report").addEventListener("submit", (event) => addReport(event as SubmitEvent));
  byId("download").addEventListener("click", () => void download());
  byId("share").addEventListener("click", () => void share());
  addEventListener("hashchange", () => void start());
  addEventListener("pagehide", giveUp);
}

function redraw(next: State): void {
  state = next;
  keepState();
  draw();
}

async function start(): Promise<void> {
  const { state: asked, token } = readState(location.hash);
  if (token !== null) api.keepToken(token);
  state = asked;
  if (token !== null) keepState();
  try {
    await listScenarios(asked.scenario);
    await open();
  } catch (error) {
    trouble(error);
  }
}

remember(document.body);
listen();
void start();
