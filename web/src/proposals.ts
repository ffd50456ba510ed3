// What was read in texts and waits for a person: each with its sentence, to be accepted, mended or rejected.

import { decideProposal, mendProposal, readProposals } from "./api";
import { fillSelect, make } from "./dom";
import { amount, capital, day, words } from "./format";
import { measureName, MEASURES, QUALIFIERS } from "./reports";
import { many, say } from "./say";
import type { Screen, WaitingProposal } from "./types";

interface Hooks {
  learn: () => void;
}

/** Return a proposal in words: what, how many, where, when, who. */
function sentenceOf(row: WaitingProposal, screen: Screen): string {
  const kind = row.kind === null ? say("Not understood") : capital(row.is_event ? words(row.kind) : measureName(row.kind));
  const hedge = row.qualifier === "exact" || row.qualifier === "between" ? "" : `${words(row.qualifier)} `;
  const high = row.count_high === null ? "" : say(" to {high}", { high: amount(row.count_high) });
  const unit = row.unit === "people" ? "" : ` ${say(row.unit)}`;
  const count = row.count === null ? "" : `: ${hedge}${amount(row.count)}${high}${unit}`;
  const place = screen.places.find((one) => one.place === row.place)?.name ?? row.place ?? row.place_text;
  const days = [...new Set([row.start, row.end].filter((one) => one !== null))].map(day).join(" – ");
  const parts = [place, days, row.said_by === null ? null : say("says {source}", { source: row.said_by })];
  return `${kind}${count}${parts.filter((part) => part).map((part) => `${say(", ")}${part}`).join("")}`;
}

export class Proposals {
  private screen: Screen | null = null;
  private accepted = 0;
  private readonly list = make("ul", { class: "proposals" });
  private readonly says = make("p", { role: "alert", class: "problem" });
  private readonly learn = make("button", { type: "button" });
  private readonly count = make("p", { class: "quiet", role: "status" });

  constructor(
    private readonly section: HTMLElement,
    room: HTMLElement,
    private readonly hooks: Hooks,
  ) {
    this.learn.addEventListener("click", () => {
      this.accepted = 0;
      this.learn.hidden = true;
      this.hooks.learn();
    });
    this.learn.hidden = true;
    room.replaceChildren(this.count, this.list, this.says, this.learn);
  }

  async show(screen: Screen): Promise<void> {
    if (this.screen?.scenario !== screen.scenario) this.accepted = 0;
    this.screen = screen;
    try {
      this.draw(await readProposals(screen.scenario));
    } catch (error) {
      this.section.hidden = false;
      this.list.replaceChildren();
      this.says.textContent = error instanceof Error ? error.message : String(error);
    }
  }

  private draw(rows: WaitingProposal[]): void {
    this.section.hidden = rows.length === 0 && this.accepted === 0;
    this.says.textContent = "";
    this.count.textContent = many(
      "{count} statement waits. No forecast uses any before it is accepted.",
      "{count} statements wait. No forecast uses any before it is accepted.",
      rows.length,
    );
    this.list.replaceChildren(...rows.map((row) => this.item(row)));
    this.learn.hidden = this.accepted === 0;
    this.learn.textContent = many("See the forecast with what was accepted", "See the forecast with the {count} accepted", this.accepted);
  }

  private item(row: WaitingProposal): HTMLElement {
    const screen = this.screen as Screen;
    const name = sentenceOf(row, screen);
    const button = (text: string, act: () => Promise<WaitingProposal[]>): HTMLButtonElement => {
      const made = make("button", { type: "button", "aria-label": `${text}: ${name}` }, text);
      made.addEventListener("click", () => void this.decide(act));
      return made;
    };
    const accept = button(say("Accept"), async () => {
      const left = await decideProposal(screen.scenario, row.proposal, "accept");
      this.accepted += 1;
      return left;
    });
    accept.disabled = row.lacking.length > 0;
    const decisions = make("p", { class: "actions" }, accept, button(say("Reject"), () => decideProposal(screen.scenario, row.proposal, "reject")));
    return make("li", {},
      make("p", {}, make("b", {}, name)),
      make("blockquote", {}, row.sentence),
      make("p", { class: "quiet" }, say("{file}, characters {first}–{last}; clearness {share} of 1", { file: row.file.split(/[\\/]/).pop() ?? "", first: row.span_start, last: row.span_end, share: row.confidence.toFixed(2) })),
      ...row.lacking.map((text) => make("p", { class: "problem" }, text)),
      ...(screen.is_editable ? [decisions, this.mending(row, screen)] : []));
  }

  private async decide(act: () => Promise<WaitingProposal[]>): Promise<void> {
    try {
      this.draw(await act());
    } catch (error) {
      this.says.textContent = error instanceof Error ? error.message : String(error);
    }
  }

  /** Return the form that changes what was read wrongly; only what was changed is sent. */
  private mending(row: WaitingProposal, screen: Screen): HTMLElement {
    const choice = (name: string, options: [string, string][], chosen: string | null): [string, HTMLSelectElement, string] => {
      const select = make("select", { name });
      fillSelect(select, chosen === null ? [["", say("not known")], ...options] : options, chosen ?? "");
      return [name, select, chosen ?? ""];
    };
    const field = (name: string, type: string, value: string): [string, HTMLInputElement, string] => {
      const input = make("input", { name, type });
      input.value = value;
      return [name, input, value];
    };
    const fields: [string, HTMLSelectElement | HTMLInputElement, string][] = [
      choice("place", screen.places.map((one) => [one.place, one.name]), screen.places.some((one) => one.place === row.place) ? row.place : null),
      ...(row.is_event ? [] : [
        choice("measure", MEASURES.map((one) => [one, capital(measureName(one))]), row.kind),
        choice("qualifier", QUALIFIERS.includes(row.qualifier) ? QUALIFIERS.map((one) => [one, words(one)]) : [[row.qualifier, words(row.qualifier)]], row.qualifier),
        field("count", "text", row.count === null ? "" : String(row.count)),
      ]),
      field("start", "date", row.start ?? ""),
      field("end", "date", row.end ?? ""),
    ];
    const labels: Record<string, string> = { start: row.is_event ? say("First day") : say("Counted from"), end: row.is_event ? say("Last day") : say("Day"), count: say("Figure"), qualifier: say("How firm"), measure: say("Counted"), place: say("Place") };
    const form = make("form", { class: "mending", novalidate: "" },
      ...fields.map(([name, input]) => make("label", {}, labels[name] ?? capital(name), input)),
      make("button", { type: "submit" }, say("Change")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const changed = fields.filter(([, input, before]) => input.value.trim() !== before).map(([name, input]) => [name, input.value.trim()]);
      if (changed.length > 0) void this.decide(() => mendProposal(screen.scenario, row.proposal, Object.fromEntries(changed) as Record<string, string>));
    });
    return make("details", {}, make("summary", {}, say("Mend")), form);
  }
}
