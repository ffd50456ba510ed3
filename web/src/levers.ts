// The sliders: each moves one lever, and says where it stands, where the scenario has it, and how to take it back.

import { make } from "./dom";
import { amount, capital, day, daysBetween, later, shortName, unitWords, way, words } from "./format";
import { mark, say } from "./say";
import type { LearntLever, Lever, Screen, Slider } from "./types";

const NAMES: Record<string, string> = {
  pause: mark("End of the pause"),
  corridor: mark("Corridor capacity"),
  screening_rate: mark("Screening"),
  reception_rate: mark("Reception"),
  transport: mark("Trucks"),
  capacity_change: mark("Camp capacity"),
  cold: mark("Cold"),
};

const leverName = (kind: string): string => say(NAMES[kind] ?? words(kind));

export interface Setting {
  screen: Screen;
  begins: string;
  lastDay: string;
  levers: Lever[];
  learnt: LearntLever[];
}

type Moved = (lever: Lever | null, slider: Slider, isAtRest: boolean) => void;

const isSame = (lever: Lever, slider: Slider): boolean => lever.kind === slider.kind && lever.subject === slider.subject;

function place(screen: Screen, id: string): string {
  return shortName(screen.places.find((row) => row.place === id)?.name ?? id);
}

export function subjectName(screen: Screen, subject: string | null): string {
  if (subject === null) return say("everywhere");
  const [origin = subject, destination] = (subject.split("/")[0] ?? subject).split(">");
  return destination === undefined ? place(screen, origin) : way(place(screen, origin), place(screen, destination));
}

const learntOf = (slider: Slider, setting: Setting): LearntLever | undefined =>
  setting.learnt.find((row) => row.kind === slider.kind && row.subject === slider.subject);

function stated(slider: Slider, setting: Setting): string {
  if (slider.kind === "pause") return slider.is_in_force ? (slider.until === null ? say("until further notice") : say("until {day}", { day: day(slider.until) })) : say("no pause");
  if (slider.stated !== null) return `${amount(slider.stated)} ${unit(slider)}`;
  const learnt = learntOf(slider, setting);
  if (learnt !== undefined) return say("likely {likely} ({low}–{high}) {unit}", { likely: amount(learnt.likely), low: amount(learnt.low), high: amount(learnt.high), unit: unit(slider) });
  return slider.usual !== null ? say("learnt from the reports") : say("not known");
}

const unit = (slider: Slider): string => (slider.kind === "cold" ? say("× deaths in the open") : unitWords(slider.unit ?? ""));

function value(slider: Slider, lever: Lever | undefined, setting: Setting): number {
  if (lever === undefined) {
    if (slider.kind === "pause") return slider.is_in_force && slider.until !== null ? Math.max(0, daysBetween(setting.begins, slider.until) + 1) : 0;
    return slider.stated ?? learntOf(slider, setting)?.likely ?? slider.usual ?? slider.low;
  }
  if (slider.kind === "pause") return lever.value === 0 ? 0 : daysBetween(lever.start, lever.end ?? setting.lastDay) + 1;
  return lever.value ?? slider.low;
}

/** Return whence the value without the lever is, and that value where the lever hides it. */
function origin(slider: Slider, lever: Lever | undefined, setting: Setting): string {
  const isLearnt = slider.kind !== "pause" && slider.stated === null && learntOf(slider, setting) !== undefined;
  if (lever === undefined) return isLearnt ? say("learnt from the reports") : slider.stated !== null ? say("stated") : "";
  return isLearnt ? say("Learnt: {value}", { value: stated(slider, setting) }) : say("Stated: {value}", { value: stated(slider, setting) });
}

/** Return the lever that a position of the slider stands for. */
function leverAt(slider: Slider, position: number, setting: Setting): Lever {
  const lever = { kind: slider.kind, subject: slider.subject, start: setting.begins };
  if (slider.kind !== "pause") return { ...lever, value: position, end: null };
  if (position < 1) return { ...lever, value: 0, end: null };
  return { ...lever, value: null, end: later(setting.begins, position - 1) };
}

function told(slider: Slider, lever: Lever | undefined, setting: Setting): string {
  if (lever === undefined) return stated(slider, setting);
  if (slider.kind === "pause") return lever.value === 0 ? say("no pause") : say("until {day}", { day: day(lever.end ?? setting.lastDay) });
  return `${amount(lever.value ?? 0)} ${unit(slider)}`;
}

function row(slider: Slider, number: number, setting: Setting, moved: Moved): HTMLElement {
  const lever = setting.levers.find((one) => isSame(one, slider));
  const high = slider.kind === "pause" ? daysBetween(setting.begins, setting.lastDay) + 1 : slider.high;
  const position = value(slider, lever, setting);
  const id = `lever-${number}`;
  const input = make("input", {
    id, type: "range", min: String(slider.low), max: String(Math.max(high, position)), step: String(slider.step),
    "data-kind": slider.kind, "data-subject": slider.subject ?? "",
  });
  input.value = String(position);
  const output = make("output", { for: id, id: `${id}-says` }, told(slider, lever, setting));
  input.setAttribute("aria-valuetext", output.textContent ?? "");
  const back = make("button", { type: "button", class: "back", "aria-label": say("Take back: {lever}, {place}", { lever: leverName(slider.kind), place: subjectName(setting.screen, slider.subject) }) }, say("Take back"));
  back.hidden = lever === undefined;
  const box = make("div", { class: lever === undefined ? "lever" : "lever moved" },
    make("label", { for: id }, capital(leverName(slider.kind)), make("small", {}, subjectName(setting.screen, slider.subject))),
    output, input, make("small", { class: "stated" }, origin(slider, lever, setting)), back);
  const tell = (isAtRest: boolean): void => {
    const next = leverAt(slider, Number(input.value), setting);
    output.textContent = told(slider, next, setting);
    input.setAttribute("aria-valuetext", output.textContent);
    box.classList.add("moved");
    back.hidden = false;
    moved(next, slider, isAtRest);
  };
  input.addEventListener("input", () => tell(false));
  input.addEventListener("change", () => tell(true));
  back.addEventListener("click", () => {
    moved(null, slider, true);
    const fresh = row(slider, number, { ...setting, levers: [] }, moved);
    box.replaceWith(fresh);
    fresh.querySelector("input")?.focus();
  });
  return box;
}

/** Draw the sliders of a scenario, those of the main camp and of what is in force first. */
export function drawLevers(room: HTMLElement, setting: Setting, moved: Moved): void {
  const isMinor = (slider: Slider): boolean => slider.kind === "capacity_change" && slider.subject !== setting.screen.main_place;
  const rows = setting.screen.sliders.map((slider, k) => ({ slider, box: row(slider, k, setting, moved) }));
  const major = rows.filter((one) => !isMinor(one.slider)).map((one) => one.box);
  const minor = rows.filter((one) => isMinor(one.slider)).map((one) => one.box);
  room.replaceChildren(...major);
  if (minor.length > 0) room.append(make("details", {}, make("summary", {}, say("Capacity of other camps")), ...minor));
  if (rows.length === 0) room.append(make("p", { class: "quiet" }, say("Nothing in this scenario has a lever on this day.")));
}

/** Return levers with one of them moved, or taken back. */
export function withLever(levers: Lever[], lever: Lever | null, slider: Slider): Lever[] {
  const others = levers.filter((one) => !isSame(one, slider));
  return lever === null ? others : [...others, lever];
}

/** Return what is supposed, in words. */
export function supposedWords(setting: Setting): string {
  return setting.levers
    .map((lever) => {
      const slider = setting.screen.sliders.find((one) => isSame(lever, one));
      const says = slider === undefined ? String(lever.value ?? "") : told(slider, lever, setting);
      return say("{lever}, {place}: {value}", { lever: leverName(lever.kind), place: subjectName(setting.screen, lever.subject), value: says });
    })
    .join(say("; "));
}
