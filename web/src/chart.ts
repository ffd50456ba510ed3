// The fan chart: the fitted past, the base, what is supposed, and the reports.

import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { make } from "./dom";
import { amount, day, people, seconds, shortDay, words } from "./format";
import { measureName } from "./reports";
import { say } from "./say";
import type { Fans, KnownReport } from "./types";

export interface Drawn {
  place: string;
  measure: string;
  origin: string;
  past: Fans | null;
  base: Fans | null;
  shown: Fans | null;
  isSupposed: boolean;
  reports: KnownReport[];
  capacity: number | null;
}

const LOW = 0;
const LIKELY = 2;
const HIGH = 4;
const LINES = [LOW, 1, LIKELY, 3, HIGH];
type Column = (number | null)[];

function lines(answer: Fans | null, drawn: Drawn): number[][] | null {
  return answer?.series.find((row) => row.place === drawn.place && row.measure === drawn.measure)?.quantiles ?? null;
}

export function quantilesOn(answer: Fans | null, place: string, measure: string, day: string): [number, number, number] | null {
  const at = answer?.days.indexOf(day) ?? -1;
  if (answer === null || at < 0) return null;
  const found = answer.series.find((row) => row.place === place && row.measure === measure)?.quantiles;
  return [found?.[LOW]?.[at] ?? 0, found?.[LIKELY]?.[at] ?? 0, found?.[HIGH]?.[at] ?? 0];
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Return the days from the first report on: the plume of the prior before it says nothing. */
function firstDay(drawn: Drawn): string {
  const first = drawn.reports.map((row) => row.date).sort()[0];
  return first ?? drawn.past?.days[0] ?? drawn.origin;
}

interface Table {
  days: string[];
  columns: Column[];
}

function tableOf(drawn: Drawn): Table {
  const first = firstDay(drawn);
  const behind = (drawn.past?.days ?? []).filter((day) => day >= first);
  const days = [...behind, ...(drawn.shown?.days ?? [])];
  const index = new Map(days.map((day, k) => [day, k]));
  const fill = (answer: Fans | null, levels: number[]): Column[] => {
    const found = lines(answer, drawn);
    return levels.map((level) => {
      const column: Column = days.map(() => null);
      answer?.days.forEach((day, k) => {
        const at = index.get(day);
        if (at !== undefined) column[at] = found?.[level]?.[k] ?? 0;
      });
      return column;
    });
  };
  const known: Column = days.map(() => null);
  for (const row of drawn.reports) {
    const at = index.get(row.date);
    if (at !== undefined) known[at] = row.people;
  }
  return {
    days,
    columns: [...fill(drawn.past, LINES), ...fill(drawn.shown, LINES), ...fill(drawn.isSupposed ? drawn.base : null, [LOW, LIKELY, HIGH]), known],
  };
}

function options(drawn: Drawn, width: number, height: number, placed: (plot: uPlot) => void): uPlot.Options {
  const past = colour("--past");
  const ahead = drawn.isSupposed ? colour("--supposed") : colour("--forecast");
  const axis = { stroke: colour("--quiet"), grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line") } };
  const edge = (label: string): uPlot.Series => ({ label, stroke: "transparent", points: { show: false } });
  const line = (label: string, stroke: string, width: number, dash: number[] = []): uPlot.Series => ({ label, stroke, width, dash, points: { show: false } });
  const five = (what: string, stroke: string): uPlot.Series[] => [
    edge(`${what}, low`), edge(`${what}, lower`), line(`${what}, likely`, stroke, 2), edge(`${what}, upper`), edge(`${what}, high`),
  ];
  const base = colour("--forecast");
  return {
    width,
    height,
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "Etc/UTC"),
    legend: { show: false },
    cursor: { drag: { x: false, y: false } },
    scales: { y: { range: (_plot, _low, high) => [0, Math.max(high, drawn.capacity !== null && drawn.capacity < high * 2 ? drawn.capacity : 0, 10) * 1.05] } },
    axes: [
      { ...axis, values: (_plot, ticks) => ticks.map((at) => shortDay(new Date(at * 1000).toISOString())), space: 70 },
      { ...axis, values: (_plot, ticks) => ticks.map(amount), size: 64 },
    ],
    series: [
      {},
      ...five("fit", past),
      ...five("forecast", ahead),
      edge("base, low"),
      line("base, likely", base, 2, [6, 4]),
      edge("base, high"),
      { label: "reported", stroke: "transparent", width: 0, points: { show: true, size: 8, stroke: colour("--report"), fill: colour("--report") } },
    ],
    bands: [
      { series: [5, 1], fill: colour("--past-outer") }, { series: [4, 2], fill: colour("--past-inner") },
      { series: [10, 6], fill: colour(drawn.isSupposed ? "--supposed-outer" : "--forecast-outer") },
      { series: [9, 7], fill: colour(drawn.isSupposed ? "--supposed-inner" : "--forecast-inner") },
      { series: [13, 11], fill: colour("--base-outer") },
    ],
    hooks: { draw: [(plot) => marks(plot, drawn), placed] },
  };
}

/** Draw today's line and the capacity. */
function marks(plot: uPlot, drawn: Drawn): void {
  const { ctx, bbox } = plot;
  const mark = (x0: number, y0: number, x1: number, y1: number, stroke: string): void => {
    ctx.save();
    ctx.strokeStyle = stroke;
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(x0, y0);
    ctx.lineTo(x1, y1);
    ctx.stroke();
    ctx.restore();
  };
  const x = plot.valToPos(seconds(drawn.origin) + 43_200, "x", true);
  mark(x, bbox.top, x, bbox.top + bbox.height, colour("--quiet"));
  if (drawn.capacity !== null && drawn.measure === "stock") {
    const y = plot.valToPos(drawn.capacity, "y", true);
    if (y >= bbox.top) mark(bbox.left, y, bbox.left + bbox.width, y, colour("--limit"));
  }
}

/** Return a report in words, one paragraph each: the figure, who gave it and when, and what a text states. */
export function reportWords(row: KnownReport): string[] {
  const firm = row.qualifier === "exact" || row.qualifier === "between" ? "" : `${words(row.qualifier)} `;
  const count = row.people_high === null ? amount(row.people) : say("{low} to {high}", { low: amount(row.people), high: amount(row.people_high) });
  return [
    `${day(row.date)}: ${firm}${count} ${measureName(row.measure)}`,
    [row.source, say("known on {day}", { day: day(row.known_on) }), ...(row.definition === null ? [] : [say("counted: {what}", { what: row.definition })])].join(say("; ")),
    ...(row.sentence === "" ? [] : [`“${row.sentence}”`]),
    ...(row.brought_from === "" ? [] : [row.brought_from]),
  ];
}

export class Chart {
  private plot: uPlot | null = null;
  private drawn: Drawn | null = null;
  private look = "";
  private readonly layer = make("div", { class: "marks", role: "toolbar" });

  constructor(private readonly room: HTMLElement, private readonly told: HTMLElement) {
    new ResizeObserver(() => this.resize()).observe(room);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.again());
    this.layer.addEventListener("keydown", (event) => this.go(event));
    this.layer.addEventListener("pointerleave", () => this.tell(null));
    this.layer.addEventListener("focusout", () => this.tell(null));
  }

  /** Show what a report says, beside the chart; null hides it. */
  private tell(row: KnownReport | null): void {
    this.told.hidden = row === null;
    this.told.replaceChildren(...(row === null ? [] : reportWords(row).map((text) => make("p", {}, text))));
  }

  /** Go from mark to mark: one of them is in the order of tabs, the others are a key away. */
  private go(event: KeyboardEvent): void {
    const marks = [...this.layer.children] as HTMLElement[];
    const at = marks.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: marks.length - 1 }[event.key];
    if (event.key === "Escape") this.tell(null);
    if (to === undefined) return;
    event.preventDefault();
    marks[Math.min(Math.max(to, 0), marks.length - 1)]?.focus();
  }

  /** Put a button over the mark of each report, in order of days, for the pointer, the finger and the keyboard. */
  private place(plot: uPlot): void {
    const rows = [...(this.drawn?.reports ?? [])].sort((a, b) => a.date.localeCompare(b.date));
    const old = [...this.layer.children] as HTMLElement[];
    const texts = rows.map((row) => reportWords(row).join(". "));
    const isSame = old.length === rows.length && texts.every((text, k) => old[k]?.getAttribute("aria-label") === text);
    const marks = isSame ? old : rows.map((row, k) => this.mark(row, texts[k] ?? ""));
    rows.forEach((row, k) => {
      const mark = marks[k] as HTMLElement;
      mark.style.left = `${plot.valToPos(seconds(row.date), "x")}px`;
      mark.style.top = `${plot.valToPos(row.people, "y")}px`;
    });
    if (!isSame) {
      marks.forEach((mark, k) => { mark.tabIndex = k === marks.length - 1 ? 0 : -1; });
      this.layer.replaceChildren(...marks);
      this.tell(null);
    }
    this.layer.setAttribute("aria-label", say("Reports on the chart; arrow keys go from one to the next"));
    if (this.layer.parentElement !== plot.over) plot.over.append(this.layer);
  }

  private mark(row: KnownReport, text: string): HTMLElement {
    const mark = make("button", { type: "button", class: "mark", "aria-label": text });
    const show = (): void => this.tell(row);
    mark.addEventListener("pointerenter", show);
    mark.addEventListener("click", show);
    mark.addEventListener("focus", () => {
      for (const other of this.layer.children) (other as HTMLElement).tabIndex = other === mark ? 0 : -1;
      show();
    });
    return mark;
  }

  draw(drawn: Drawn): void {
    this.drawn = drawn;
    const { days, columns } = tableOf(drawn);
    const data: uPlot.AlignedData = [days.map(seconds), ...columns];
    const look = [drawn.place, drawn.measure, drawn.origin, drawn.isSupposed, drawn.capacity, days[0]].join(" ");
    if (this.plot !== null && look === this.look) {
      this.plot.setData(data);
      return;
    }
    this.look = look;
    this.plot?.destroy();
    this.plot = new uPlot(options(drawn, this.width(), this.height(), (plot) => this.place(plot)), data, this.room);
  }

  private again(): void {
    this.look = "";
    if (this.drawn !== null) this.draw(this.drawn);
  }

  private width = (): number => Math.max(this.room.clientWidth, 240);
  private height = (): number => (this.width() < 560 ? 230 : 340);

  private resize(): void {
    if (this.plot !== null && this.plot.width !== this.width()) this.plot.setSize({ width: this.width(), height: this.height() });
  }
}

/** Return what the chart shows as rows: every seventh day of the fit, every day ahead. */
export function rowsOf(drawn: Drawn): string[][] {
  const rows: string[][] = [];
  const first = firstDay(drawn);
  const add = (answer: Fans | null, what: string, every: number): void => {
    answer?.days.forEach((day, k) => {
      const found = quantilesOn(answer, drawn.place, drawn.measure, day);
      if (found !== null && day >= first && (answer.days.length - 1 - k) % every === 0) rows.push([shortDay(day), what, ...found.map(people)]);
    });
  };
  add(drawn.past, say("fit"), 7);
  if (drawn.isSupposed) add(drawn.base, say("as it is"), 1);
  add(drawn.shown, drawn.isSupposed ? say("what if") : say("forecast"), 1);
  return rows;
}
