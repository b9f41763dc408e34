import type { MethodInfo, RunSummary, TrainingRun } from '../../../src-main/core/training-run';
import { act } from '../act';
import { FIRST_WISH, type Wish } from './wish';

/** At most so many curves can be told apart in one plot. */
export const MOST_COMPARED = 4;

/** What the Train screen knows beside the app's state: the history, the ways to learn, what is being chosen. */
class Trainings {
  /** `null` until read once. */
  list = $state.raw<readonly RunSummary[] | null>(null);
  methods = $state.raw<readonly MethodInfo[]>([]);
  /** The open dataset's exercise, where the simulator knows it. */
  task = $state.raw<string | null>(null);
  wish = $state.raw<Wish>(FIRST_WISH);
  /** Runs looked at, with their curves, in the order they were chosen. */
  shown = $state.raw<readonly TrainingRun[]>([]);

  async load(): Promise<void> {
    this.list = (await act('train.runs')) ?? this.list;
    const there = new Set(this.list?.map((run) => run.id));
    this.shown = this.shown.filter((run) => there.has(run.id));
  }

  async loadMethods(): Promise<void> {
    if (this.methods.length === 0) this.methods = (await act('train.methods')) ?? [];
  }

  async loadTask(): Promise<void> {
    this.task = (await act('train.task')) ?? null;
  }

  change(change: Partial<Wish>): void {
    this.wish = { ...this.wish, ...change };
  }

  /** Shows this run's curve, beside others when `many`; hides it when it is shown. */
  async toggle(id: string, many: boolean): Promise<void> {
    if (this.shown.some((run) => run.id === id)) {
      this.shown = this.shown.filter((run) => run.id !== id);
      return;
    }
    const run = await act('train.run', { id });
    if (run) this.shown = many ? [...this.shown, run].slice(-MOST_COMPARED) : [run];
  }

  hide(): void {
    this.shown = [];
  }
}

export const trainings = new Trainings();
