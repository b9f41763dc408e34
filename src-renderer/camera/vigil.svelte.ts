import { act } from '../state/act';
import { app } from '../state/app.svelte';
import { live } from '../state/live';
import { cameras } from './cameras';
import { datasetNotices, healthNotices, type Seen, swapNotice } from './conditions';
import { lastViews, signatureOfPicture } from './last-views';
import { type Notice, NoticeBoard } from './notice-board';
import { changedPlaces, type Signature } from './signature';
import { webcams } from './webcams.svelte';

/** Seconds a camera is open before its view is compared: exposure settles first. */
const SETTLED = 2;

/** Looks after the webcams once a second: measured rates, frozen pictures, changed places, what the dataset lacks. */
class Vigil {
  seen = $state.raw<readonly Seen[]>([]);
  notices = $state.raw<readonly Notice[]>([]);
  readonly #board = new NoticeBoard();
  #moves = 0;
  #movedAt = Number.NEGATIVE_INFINITY;
  #swap: Notice | null = null;
  /** What was compared last: the dataset, and which cameras stood for which names. */
  #compared = '';
  #since = { key: '', t: 0 };

  start(): void {
    setInterval(() => this.#look(), 1000);
  }

  hide(notice: Notice): void {
    this.notices = this.#board.hide(notice.key, performance.now() / 1000);
  }

  #look(): void {
    const now = performance.now() / 1000;
    if (live.moves !== this.#moves) this.#movedAt = now;
    this.#moves = live.moves;
    this.seen = [...webcams.open].map(([slot, webcam]) => {
      const { width, height } = webcam.offer;
      return { slot, width, height, fps: webcam.record.fps, measured: webcam.rate(), life: webcam.life() };
    });
    const state = app.current;
    const phase = state?.record.phase;
    const watched = now - this.#movedAt < 2 || phase === 'recording';
    const idle = phase === 'idle' && state?.robot.status === 'ready';
    const fits = idle ? this.#datasetNotices() : [];
    this.#comparePlaces(now);
    const active = [...healthNotices(this.seen, watched), ...fits, ...(this.#swap ? [this.#swap] : [])];
    this.notices = this.#board.update(active, now);
  }

  #datasetNotices(): readonly Notice[] {
    const state = app.current;
    if (!state) return [];
    return datasetNotices(
      {
        wanted: state.dataset?.cameras ?? null,
        offered: state.cameras.map((c) => c.name),
        chosen: state.record.cameras,
        webcams: [...webcams.open.keys()].filter((slot) => !cameras.hidden(slot)),
        match: webcams.match,
      },
      {
        rename: (from, to) => void webcams.takeOver(from, to),
        switchOn: (id, as) => {
          const device = webcams.devices.list.find((d) => d.id === id);
          if (device) void webcams.switchOn(device, as);
        },
        record: (names) => void act('record.settings', { cameras: [...names] }),
        ask: () => {
          location.hash = 'setup';
        },
      },
    );
  }

  /** Once for each dataset and set of cameras, as soon as they have settled. */
  #comparePlaces(now: number): void {
    const dataset = app.current?.dataset;
    const slots = [...webcams.open.keys()].filter((slot) => dataset?.cameras.includes(slot) && !cameras.hidden(slot));
    const ids = slots.map((slot) => `${slot}=${webcams.match.bySlot.get(slot)?.id}`).sort();
    const key = dataset && dataset.episodes > 0 && slots.length > 1 ? JSON.stringify([dataset.folder, ids]) : '';
    if (key !== this.#since.key) {
      this.#since = { key, t: now };
      this.#swap = null;
    }
    if (!key || key === this.#compared || now - this.#since.t < SETTLED || !dataset) return;
    this.#compared = key;
    void this.#compare(key, dataset.episodes - 1, slots);
  }

  async #compare(key: string, episode: number, slots: readonly string[]): Promise<void> {
    try {
      const present = new Map<string, Signature>();
      for (const slot of slots) {
        const picture = cameras.get(slot)?.grab();
        if (picture) present.set(slot, signatureOfPicture(picture));
      }
      const moved = changedPlaces(present, await lastViews(episode, slots));
      if (!moved || key !== this.#since.key) return;
      const done = () => {
        this.#swap = null;
      };
      const put = () => {
        done();
        void webcams.reorder(moved);
      };
      this.#swap = swapNotice(moved, put, done);
    } catch {
      this.#compared = ''; // a camera went away meanwhile: compared again with the next set
    }
  }
}

export const vigil = new Vigil();
