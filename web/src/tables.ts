// The scenario's tables, edited in place: saved only if the scenario is sound with them, with the messages of check.

import { copyScenario, readTable, Refusal, writeTable } from "./api";
import { fillSelect, make } from "./dom";
import { capital } from "./format";
import { language, many, say } from "./say";
import type { Problem, Screen, TableText } from "./types";

const TABLES = ["places", "routes", "events", "observations", "stocks"];
const PAGE = 50;

export interface Hooks {
  saved: () => void;
  copied: (name: string) => void;
}

/** Return the line of the file on which each row begins; cells may hold line ends. */
function linesOf(table: TableText): number[] {
  let line = 2;
  return table.rows.map((row) => {
    const first = line;
    line += 1 + row.reduce((sum, cell) => sum + (cell.match(/\r\n|\r|\n/g)?.length ?? 0), 0);
    return first;
  });
}

export class Tables {
  private screen: Screen | null = null;
  private table: TableText | null = null;
  private asked = 0;
  private first = 0;
  private spoken = "en";
  private problems: Problem[] = [];

  private readonly choice = make("select", { "aria-label": say("Table") });
  private readonly grid = make("div", { class: "scroll grid", tabindex: "0", role: "region", "aria-label": say("Cells of the table") });
  private readonly says = make("div", { role: "alert", class: "problem" });
  private readonly buttons = make("p", { class: "actions" });
  private readonly copying = make("form", { class: "copy" });

  constructor(
    room: HTMLElement,
    private readonly hooks: Hooks,
  ) {
    fillSelect(this.choice, TABLES.map((name) => [name, `${name}.csv`]), "events");
    this.choice.addEventListener("change", () => void this.open());
    const details = make("details", {}, make("summary", {}, say("Read and change the tables")),
      make("label", {}, `${say("Table")} `, this.choice), this.copying, this.grid, this.buttons, this.says);
    details.addEventListener("toggle", () => void (details.open && this.table === null && this.open()));
    room.replaceChildren(details);
  }

  show(screen: Screen): void {
    const isOther = this.screen?.scenario !== screen.scenario || this.spoken !== language();
    this.spoken = language();
    this.screen = screen;
    if (isOther) {
      const isOpen = this.table !== null;
      this.table = null;
      this.problems = [];
      if (isOpen) void this.open();
    }
  }

  private async open(): Promise<void> {
    if (this.screen === null) return;
    const asked = (this.asked += 1);
    try {
      const table = await readTable(this.screen.scenario, this.choice.value);
      if (asked !== this.asked) return; // another has been asked for since, and cells may have been changed
      this.table = table;
      this.problems = [];
      this.first = 0;
      this.draw();
    } catch (error) {
      this.says.textContent = error instanceof Error ? error.message : String(error);
    }
  }

  private draw(): void {
    const { table, screen } = this;
    if (table === null || screen === null) return;
    this.drawCopying(screen);
    const lines = linesOf(table);
    const head = make("tr", {}, make("th", { scope: "col" }, say("Line")), ...table.columns.map((name) => make("th", { scope: "col" }, name)));
    const rows = table.rows.slice(this.first, this.first + PAGE).map((cells, k) => this.row(cells, this.first + k, lines));
    this.grid.replaceChildren(make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows)));
    this.drawButtons(table, screen);
    this.drawProblems();
  }

  private row(cells: string[], at: number, lines: number[]): HTMLTableRowElement {
    const columns = this.table?.columns ?? [];
    const line = lines[at] ?? 0;
    const inputs = cells.map((cell, k) => {
      const column = columns[k] ?? "";
      const input = make("input", { "aria-label": say("{column}, line {line}", { column, line }), size: String(Math.min(Math.max(cell.length, column.length, 6), 24)) });
      input.value = cell;
      input.readOnly = !(this.screen?.is_editable ?? false);
      if (this.problems.some((row) => row.file === `${this.choice.value}.csv` && row.line === line && (row.column === column || row.column === null))) {
        input.setAttribute("aria-invalid", "true");
      }
      input.addEventListener("input", () => (cells[k] = input.value));
      return make("td", {}, input);
    });
    return make("tr", {}, make("th", { scope: "row" }, String(line)), ...inputs);
  }

  private drawCopying(screen: Screen): void {
    this.copying.hidden = screen.is_editable;
    const name = make("input", { name: "to", "aria-label": say("Name of the copy"), maxlength: "64" });
    name.value = `my-${screen.scenario}`;
    this.copying.replaceChildren(make("p", {}, say("This scenario ships with Corridor and stays as it is. Make a copy and change that.")), name, make("button", { type: "submit" }, say("Make a copy")));
    this.copying.onsubmit = (event) => {
      event.preventDefault();
      copyScenario(screen.scenario, name.value)
        .then((made) => this.hooks.copied(made.scenario))
        .catch((error: Error) => (this.says.textContent = error.message));
    };
  }

  private drawButtons(table: TableText, screen: Screen): void {
    const button = (text: string, act: () => void): HTMLButtonElement => {
      const made = make("button", { type: "button" }, text);
      made.addEventListener("click", act);
      return made;
    };
    const turn = (by: number): (() => void) => () => {
      this.first += by;
      this.draw();
    };
    const shown: (HTMLButtonElement | string)[] = [];
    if (this.first > 0) shown.push(button(say("Rows before"), turn(-PAGE)));
    if (this.first + PAGE < table.rows.length) shown.push(button(say("Rows after"), turn(PAGE)));
    if (screen.is_editable && table.columns.length > 0) {
      shown.push(
        button(say("Add a row"), () => {
          table.rows.push(table.columns.map(() => ""));
          this.first = Math.max(0, Math.floor((table.rows.length - 1) / PAGE) * PAGE);
          this.draw();
          this.grid.querySelector<HTMLInputElement>("tr:last-child input")?.focus();
        }),
        button(say("Check and save"), () => void this.save()),
        button(say("Read the file again"), () => void this.open()),
      );
    }
    if (table.columns.length === 0) shown.push(say("There is no such table in this scenario."));
    this.buttons.replaceChildren(...shown);
  }

  private async save(): Promise<void> {
    const { table, screen } = this;
    if (table === null || screen === null) return;
    const filled = { ...table, rows: table.rows.filter((row) => row.some((cell) => cell.trim() !== "")) };
    try {
      this.table = await writeTable(screen.scenario, filled);
      this.problems = [];
      this.draw();
      this.says.textContent = say("Saved: the scenario is sound.");
      this.hooks.saved();
    } catch (error) {
      this.problems = error instanceof Refusal ? error.problems : [];
      this.table = filled;
      this.draw();
      if (this.problems.length === 0) this.says.textContent = error instanceof Error ? error.message : String(error);
    }
  }

  private drawProblems(): void {
    const items = this.problems.map((row) => {
      const where = [row.file, row.line === null ? null : say("line {line}", { line: row.line }), row.column === null ? null : say("column {column}", { column: row.column })];
      return make("li", {}, make("b", {}, `${row.code}  ${where.filter((part) => part !== null).join(", ")}`), ` ${capital(row.what)} ${row.fix}`);
    });
    const count = this.problems.length;
    this.says.replaceChildren(...(count > 0 ? [make("p", {}, many("Not saved: {count} problem.", "Not saved: {count} problems.", count)), make("ul", {}, ...items)] : []));
  }
}
