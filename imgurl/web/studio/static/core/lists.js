/** Lists that the server works through: what each is sent as, and a batch until it has ended. */
import { call, ServerError } from "./server.js";

/**
 * @typedef {object} Work a batch as it goes on
 * @property {string} name of the list
 * @property {string} id of the job, "" until there is one
 * @property {string} status
 * @property {number} done
 * @property {number} total
 * @property {number} failed
 * @property {string} problem
 */

/** Files that may be lists. */
export const LISTS = ".csv,.tsv,.txt,.ndjson,.jsonl";

/** Milliseconds between looks at a job. */
const PAUSE = 700;

/** Milliseconds for which a list waits until the server takes it, at most. */
const LONGEST_WAIT = 60_000;

const ENDED = ["completed", "failed", "cancelled"];

/** @param {File} file */
const isNdjson = (file) => /\.(ndjson|jsonl)$/i.test(file.name);

/** A list as a body. @param {File} file */
export const bodyOf = (file) => new Blob([file], { type: isNdjson(file) ? "application/x-ndjson" : "text/csv" });

/**
 * Make a batch of a list, and tell of it until it has ended or nobody looks any more.
 *
 * @param {File} file
 * @param {URLSearchParams} options
 * @param {(work: Work) => boolean} tell is told each step; false: nobody looks
 * @returns {Promise<Work>} raises ServerError
 */
export async function runBatch(file, options, tell) {
  /** @type {Work} */
  let work = { name: file.name, id: "", status: "", done: 0, total: 0, failed: 0, problem: "" };
  tell(work);
  let job = await call("POST", `/batches/${isNdjson(file) ? "ndjson" : "csv"}?${options}`, { body: bodyOf(file) });
  for (;;) {
    work = { ...work, id: job.job_id, status: job.status, done: job.done, total: job.total, failed: job.failed };
    if (ENDED.includes(job.status) && job.status !== "completed") work.problem = job.error ?? "";
    const isWanted = tell(work);
    if (ENDED.includes(job.status) || !isWanted) return work;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    job = await call("GET", `/jobs/${job.job_id}`);
  }
}

/**
 * Send a list, and again whenever the server takes none now and says when to come back.
 *
 * @template Answer
 * @param {() => Promise<Answer>} ask
 * @param {(pause: number) => void} tell is told how many seconds it waits each time, and 0 when it is sent
 * @param {AbortSignal} signal ends it
 * @returns {Promise<Answer>} raises ServerError, also after a minute
 */
export async function inTurn(ask, tell, signal) {
  const end = Date.now() + LONGEST_WAIT;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      // Nobody waits for it any more, whatever the server has said.
      signal.throwIfAborted();
      const pause = error instanceof ServerError && error.status === 429 ? error.pause : 0;
      if (!pause || Date.now() + 1000 * pause > end) throw error;
      tell(pause);
      await new Promise((resolve) => setTimeout(resolve, 1000 * pause));
      signal.throwIfAborted();
      tell(0);
    }
  }
}
