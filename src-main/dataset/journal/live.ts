/** The takes of this process that are still somebody's: being recorded, in review, or on their way into a dataset. */
const live = new Set<string>();

export const takeBegins = (id: string): void => void live.add(id);
export const takeEnds = (id: string): void => void live.delete(id);
export const liveTakes = (): string[] => [...live];
