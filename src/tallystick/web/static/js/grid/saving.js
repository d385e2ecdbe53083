// Sending what was typed: a moment after the last key, one request at a time, again after a while where there is no
// connection. What is sent, and what an answer means, is for whoever uses it.
import { csrfToken } from "../dom.js";

const IDLE = 1600;
const RETRY = 4000;

/**
 * @typedef {object} Work
 * @property {() => object | null} collect what has to be sent now; null for nothing
 * @property {(answer: any, sent: any) => void} saved
 * @property {(answer: any, sent: any) => void} refused some of it can't stand: 422 with problems
 * @property {(sentence: string, status: number) => void} stopped nothing more can be saved from this page
 * @property {(words: string, bad?: boolean) => void} say
 */

export class Saver {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;
  /** @type {Promise<void> | null} */
  running = null;
  halted = false;
  failed = false;

  /**
   * @param {string} url
   * @param {Work} work
   */
  constructor(url, work) {
    this.url = url;
    this.work = work;
  }

  /** @param {number} [wait] milliseconds */
  later(wait = IDLE) {
    clearTimeout(this.timer);
    if (!this.halted) this.timer = setTimeout(() => this.save(), wait);
  }

  /** @returns {Promise<void>} over when everything typed until now is saved or can't be */
  async save() {
    clearTimeout(this.timer);
    if (this.running) {
      await this.running;
      return this.save();
    }
    if (this.halted) return undefined;
    const body = this.work.collect();
    if (!body) return undefined;
    this.running = this.send(body);
    await this.running;
    this.running = null;
    if (this.failed) this.later(RETRY);
    else if (this.work.collect()) return this.save();
    return undefined;
  }

  /** @param {object} body */
  async send(body) {
    this.work.say("Saving …");
    this.failed = false;
    let response;
    let answer;
    try {
      response = await fetch(this.url, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrfToken() },
        body: JSON.stringify(body),
      });
      answer = await response.json();
    } catch {
      this.failed = true;
      this.work.say("No connection. What you typed stays here, and is tried again.", true);
      return;
    }
    if (response.ok) {
      this.work.saved(answer, body);
      document.body.dispatchEvent(new CustomEvent("claim-saved")); // the panel of checks asks again
    } else if (response.status === 422 && Object.keys(answer.problems ?? {}).length) this.work.refused(answer, body);
    else if (response.status === 503 || response.status === 502) {
      this.failed = true;
      this.work.say(answer.problem ?? "The server is busy. What you typed stays here, and is tried again.", true);
    } else {
      this.halted = true;
      this.work.stopped(answer.problem ?? "This could not be saved. Load the page again.", response.status);
    }
  }
}
