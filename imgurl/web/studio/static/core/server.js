/** Requests to the server, in the name of whoever is signed in. */
import { set, state } from "./store.js";
import { t } from "./words.js";

export const API = "/studio/api";

/** Seconds between tries while the server is away; the last one goes on. */
const PAUSES = [1, 2, 5, 10];

/** Seconds until a request is sent again that a server with too much to do has refused, at most. */
const LONGEST_PAUSE = 2;

/** How often it is sent again. */
const MORE_TRIES = 3;

/** What the server answered instead of what was asked for. `status` 0: it did not answer. */
export class ServerError extends Error {
  /**
   * @param {number} status
   * @param {string} detail
   * @param {{pointer: string, detail: string}[]} errors
   * @param {number} pause seconds after which it may be asked again, 0: it did not say
   */
  constructor(status, detail, errors = [], pause = 0) {
    super(detail);
    this.status = status;
    this.errors = errors;
    this.pause = pause;
  }
}

/**
 * Send a request and return the JSON of its answer.
 *
 * @param {string} method
 * @param {string} path below /studio/api
 * @param {{body?: any, signal?: AbortSignal}} [options] a body that is no Blob, string or FormData is sent as JSON
 * @returns {Promise<any>}
 */
export async function call(method, path, options = {}) {
  return (await send(method, path, options)).json();
}

/**
 * Send a request and return its answer. Raises ServerError unless it is good.
 *
 * @param {string} method
 * @param {string} path
 * @param {{body?: any, signal?: AbortSignal}} [options]
 */
export async function send(method, path, { body, signal } = {}) {
  /** @type {Record<string, string>} */
  const headers = { "x-imgurl-change": state().session?.change_token ?? "" };
  const isRaw = body === undefined || body instanceof Blob || body instanceof FormData || typeof body === "string";
  if (!isRaw) headers["content-type"] = "application/json";
  const response = await fetched(API + path, { method, headers, body: isRaw ? body : JSON.stringify(body), signal: signal ?? null });
  if (response.ok) {
    if (state().away) set({ away: null });
    return response;
  }
  if (response.status === 401 && path !== "/session") set({ session: null });
  const problem = await response.json().catch(() => ({}));
  const pause = Number(response.headers.get("retry-after")) || 0;
  throw new ServerError(response.status, sentenceOf(response, problem), problem.errors ?? [], pause);
}

/** What a refusal says, in the reader's language where it has a code. @param {Response} response @param {any} problem @returns {string} */
function sentenceOf(response, problem) {
  if (response.status === 503) return t("problem.busy");
  return problem.code ? t(`problem.${problem.code}`, { count: problem.count ?? 0 }) : (problem.detail ?? response.statusText);
}

/**
 * Fetch, and once more where the server has too much to do and says when to come back: it has done nothing yet.
 *
 * @param {string} address
 * @param {RequestInit} init
 */
async function fetched(address, init, tries = MORE_TRIES) {
  try {
    const response = await fetch(address, init);
    const pause = response.status === 503 && tries > 0 ? Number(response.headers.get("retry-after")) : 0;
    if (!pause) return response;
    await new Promise((resolve) => setTimeout(resolve, 1000 * Math.min(pause, LONGEST_PAUSE)));
    return await fetched(address, init, tries - 1);
  } catch (error) {
    if (error instanceof ServerError || init.signal?.aborted) throw error;
    leave();
    throw new ServerError(0, "");
  }
}

/** Whether an error only says that a page was left, or that a newer request took its place. @param {unknown} error */
export const isAbort = (error) => error instanceof DOMException && error.name === "AbortError";

/** Ask who is signed in. */
export async function askSession() {
  set({ session: await call("GET", "/session") });
}

/** @param {{key: string} | {link: string}} body */
export async function signIn(body) {
  set({ session: await call("POST", "/session", { body }) });
}

export async function signOut() {
  await call("DELETE", "/session");
  set({ session: null });
}

/** Note that the server is away, and ask again until it answers. */
function leave() {
  if (state().away) return;
  set({ away: { tries: 0 } });
  wait();
}

function wait() {
  const away = state().away;
  if (away) setTimeout(tryAgain, 1000 * (PAUSES[Math.min(away.tries, PAUSES.length - 1)] ?? 10));
}

/** Ask whether the server is back. */
export async function tryAgain() {
  const away = state().away;
  if (!away) return;
  try {
    const response = await fetch(`${API}/session`);
    if (!response.ok) throw new ServerError(response.status, "");
    set({ away: null, session: await response.json() });
  } catch {
    set({ away: { tries: away.tries + 1 } });
    wait();
  }
}
