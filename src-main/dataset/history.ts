import type { Change } from './arrange';

/** One edit and the change that takes it back. */
export interface Step {
  readonly change: Change;
  readonly back: Change;
}

const MOST = 1000;

/** What can be undone and redone in this session. */
export class History {
  #undo: Step[] = [];
  #redo: Step[] = [];

  get undo(): Step | undefined {
    return this.#undo[this.#undo.length - 1];
  }

  get redo(): Step | undefined {
    return this.#redo[this.#redo.length - 1];
  }

  done(step: Step): void {
    this.#undo = [...this.#undo, step].slice(-MOST);
    this.#redo = [];
  }

  undone(): void {
    const step = this.#undo.pop();
    if (step) this.#redo.push(step);
  }

  redone(): void {
    const step = this.#redo.pop();
    if (step) this.#undo.push(step);
  }

  /** Forgets the steps that need what is deleted for good, and those that can only be reached through them. */
  lost(keys: ReadonlySet<string>): void {
    const needs = (change: Change) =>
      change.come.some(({ pieces }) => pieces.some(({ trash }) => trash !== undefined && keys.has(trash)));
    const after = (steps: Step[], change: (step: Step) => Change) => {
      const bad = steps.map((step) => needs(change(step))).lastIndexOf(true);
      return steps.slice(bad + 1);
    };
    this.#undo = after(this.#undo, (step) => step.back);
    this.#redo = after(this.#redo, (step) => step.change);
  }
}
