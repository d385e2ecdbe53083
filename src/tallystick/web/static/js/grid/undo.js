// What was done, to be taken back and done again, one action of the person at a time.

/** @template T */
export class History {
  /** @type {T[]} */
  done = [];
  /** @type {T[]} */
  undone = [];

  /**
   * @param {() => void} changed called when there is more or less to undo or redo
   * @param {number} [most]
   */
  constructor(changed, most = 200) {
    this.changed = changed;
    this.most = most;
  }

  /** @param {T} step */
  add(step) {
    this.done.push(step);
    if (this.done.length > this.most) this.done.shift();
    this.undone = [];
    this.changed();
  }

  /** @returns {T | null} the step to take back */
  back() {
    const step = this.done.pop() ?? null;
    if (step) this.undone.push(step);
    this.changed();
    return step;
  }

  /** @returns {T | null} the step to do again */
  forth() {
    const step = this.undone.pop() ?? null;
    if (step) this.done.push(step);
    this.changed();
    return step;
  }
}
