// Calls of the API, and what goes wrong in them.

import { language, say } from "./say";
import type { Words } from "./say";
import type { Answer, Job, Lever, Listed, Past, Problem, Report, Screen, TableText, WaitingProposal } from "./types";

const TOKEN = "corridor-token";
const NOT_FITTED = 424;
const POLL_MS = 300;
const PATIENCE = 40;
const NO_SUCH_JOB = 404;

export interface Fit {
  scenario: string;
  known_by: string;
  days: number;
  reports: Report[];
  language: string;
}

export interface WhatIf extends Fit {
  alternative: string | null;
  levers: Lever[];
  members: number | null;
}

export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly problems: Problem[],
  ) {
    super(message);
  }

  get isNotFitted(): boolean {
    return this.status === NOT_FITTED;
  }
}

export class Cancelled extends Error {}

/** The server does not know a job that it gave out: it was started anew meanwhile. */
export class StartedAnew extends Error {
  constructor() {
    super(say("The server was started anew meanwhile. Ask again."));
  }
}

export function keepToken(token: string): void {
  sessionStorage.setItem(TOKEN, token);
}

async function answered(method: string, path: string, body?: unknown): Promise<Response> {
  const headers: Record<string, string> = { "Accept-Language": language() };
  const token = sessionStorage.getItem(TOKEN);
  if (token !== null) headers["Authorization"] = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response: Response;
  try {
    response = await fetch(path, { method, headers, keepalive: method === "DELETE", ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  } catch {
    throw new Refusal(0, say("The server does not answer. Is corridor serve still running?"), []);
  }
  if (response.ok) return response;
  const told = (await response.json().catch(() => ({}))) as { detail?: unknown; problems?: Problem[] };
  const words = typeof told.detail === "string" ? told.detail : say("The server answered {status}.", { status: response.status });
  throw new Refusal(response.status, words, told.problems ?? []);
}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  return (await (await answered(method, path, body)).json()) as T;
}

const at = (scenario: string): string => `api/scenarios/${encodeURIComponent(scenario)}`;

export const listScenarios = (): Promise<Listed[]> => call("GET", "api/scenarios");
export const readWords = (code: string): Promise<Words> => call("GET", `api/words/${encodeURIComponent(code)}`);
export const readScenario = (scenario: string, knownBy: string | null): Promise<Screen> =>
  call("GET", `${at(scenario)}?language=${language()}${knownBy === null ? "" : `&known_by=${encodeURIComponent(knownBy)}`}`);
export const copyScenario = (scenario: string, to: string): Promise<Listed> => call("POST", `${at(scenario)}/copy`, { to });
export const readTable = (scenario: string, table: string): Promise<TableText> =>
  call("GET", `${at(scenario)}/tables/${encodeURIComponent(table)}`);
export const writeTable = (scenario: string, table: TableText): Promise<TableText> =>
  call("PUT", `${at(scenario)}/tables/${encodeURIComponent(table.table)}`, {
    version: table.version,
    columns: table.columns,
    rows: table.rows,
  });
export const addObservation = (scenario: string, report: Report): Promise<TableText> =>
  call("POST", `${at(scenario)}/observations`, report);
const proposals = (scenario: string): string => `${at(scenario)}/proposals`;
export const readProposals = (scenario: string): Promise<WaitingProposal[]> => call("GET", proposals(scenario));
export const decideProposal = (scenario: string, proposal: string, decision: "accept" | "reject"): Promise<WaitingProposal[]> =>
  call("POST", `${proposals(scenario)}/${encodeURIComponent(proposal)}/${decision}`);
export const mendProposal = (scenario: string, proposal: string, values: Record<string, string>): Promise<WaitingProposal[]> =>
  call("POST", `${proposals(scenario)}/${encodeURIComponent(proposal)}/mend`, { values });
export const calibrate = (fit: Fit): Promise<Job> => call("POST", "api/calibrate", fit);
export const past = (fit: Fit): Promise<Past> => call("POST", "api/past", fit);
export const forecast = (whatIf: WhatIf): Promise<Answer> => call("POST", "api/forecast", whatIf);
export const compare = (whatIf: WhatIf): Promise<Answer> => call("POST", "api/compare", whatIf);
export const writeReport = (whatIf: WhatIf): Promise<Job> => call("POST", "api/write_report", whatIf);
export const cancelJob = (job: string): Promise<Job> => call("DELETE", `api/jobs/${job}`);

export async function readReport(job: string): Promise<Blob> {
  return (await answered("GET", `api/jobs/${job}/report`)).blob();
}

/** Wait until a job is over, through a short absence of the server; `seen` is called with each state on the way. */
export async function over(job: Job, seen: (job: Job) => void): Promise<Job> {
  let state = job;
  let missed = 0;
  while (state.status === "queued" || state.status === "running") {
    seen(state);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    try {
      state = await call<Job>("GET", `api/jobs/${job.job}`);
      missed = 0;
    } catch (error) {
      if (error instanceof Refusal && error.status === NO_SUCH_JOB) throw new StartedAnew();
      if (!(error instanceof Refusal) || error.status !== 0 || ++missed > PATIENCE) throw error;
    }
  }
  if (state.status === "cancelled") throw new Cancelled(say("Cancelled."));
  if (state.status === "failed") throw new Refusal(500, state.detail ?? say("The work failed."), state.problems);
  return state;
}
