/**
 * Which rows of a list are chosen, as every desktop list has it: one has the focus, Shift reaches from the anchor, Ctrl
 * adds. Rows are named by id, so that a choice outlives sorting, filtering and edits.
 */
export interface Selection {
  readonly ids: ReadonlySet<string>;
  /** The row shown beside the list and moved by the arrow keys. */
  readonly focus: string | null;
  /** Where a reach with Shift begins. */
  readonly anchor: string | null;
}

export const NOTHING: Selection = { ids: new Set(), focus: null, anchor: null };

export interface Held {
  /** Reach from the anchor. */
  readonly shift?: boolean;
  /** Add or take away. */
  readonly ctrl?: boolean;
}

export const only = (id: string): Selection => ({ ids: new Set([id]), focus: id, anchor: id });

/** A click on `id`. `order`: ids as they are shown. */
export function pick(order: readonly string[], now: Selection, id: string, held: Held = {}): Selection {
  if (held.shift && now.anchor !== null) {
    const reached = between(order, now.anchor, id);
    return { ids: held.ctrl ? new Set([...now.ids, ...reached]) : new Set(reached), focus: id, anchor: now.anchor };
  }
  if (!held.ctrl) return only(id);
  const ids = new Set(now.ids);
  if (!ids.delete(id)) ids.add(id);
  return { ids, focus: id, anchor: id };
}

/** Moves the focus by so many rows, to the ends at most; with Shift the choice grows or shrinks. */
export function step(order: readonly string[], now: Selection, rows: number, shift = false): Selection {
  if (order.length === 0) return NOTHING;
  const at = now.focus === null ? -1 : order.indexOf(now.focus);
  const from = at < 0 ? (rows > 0 ? -1 : order.length) : at;
  const to = order[Math.max(0, Math.min(order.length - 1, from + rows))];
  return to === undefined ? now : pick(order, now, to, { shift });
}

export const all = (order: readonly string[], now: Selection): Selection => ({
  ids: new Set(order),
  focus: now.focus ?? order[0] ?? null,
  anchor: now.anchor ?? order[0] ?? null,
});

/**
 * The same choice in a list that has changed. When the focused row is gone, the row that took its place is chosen: after
 * a deletion one goes on from where one was.
 */
export function keep(before: readonly string[], after: readonly string[], now: Selection): Selection {
  const there = new Set(after);
  const ids = new Set([...now.ids].filter((id) => there.has(id)));
  if (now.focus !== null && there.has(now.focus)) {
    if (ids.size === 0) return only(now.focus);
    return { ids, focus: now.focus, anchor: now.anchor !== null && there.has(now.anchor) ? now.anchor : now.focus };
  }
  if (after.length === 0) return NOTHING;
  const [survivor] = ids;
  const at = now.focus === null ? 0 : before.indexOf(now.focus);
  const next = survivor ?? before.slice(Math.max(0, at)).find((id) => there.has(id)) ?? after.at(-1);
  if (next === undefined) return NOTHING;
  return ids.size > 0 ? { ids, focus: next, anchor: next } : only(next);
}

function between(order: readonly string[], a: string, b: string): readonly string[] {
  const from = order.indexOf(a);
  const to = order.indexOf(b);
  if (from < 0 || to < 0) return [b];
  return order.slice(Math.min(from, to), Math.max(from, to) + 1);
}
