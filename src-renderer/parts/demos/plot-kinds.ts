/** What is recorded of every joint, and how its line looks. */
export type Kind = 'state' | 'action' | 'asked';
export const KINDS: readonly {
  readonly kind: Kind;
  readonly title: string;
  readonly dash?: number[];
  readonly width: number;
}[] = [
  { kind: 'state', title: 'measured', width: 1.7 },
  { kind: 'action', title: 'sent', dash: [5, 3], width: 1.1 },
  { kind: 'asked', title: 'asked', dash: [1, 3], width: 1.3 },
];
