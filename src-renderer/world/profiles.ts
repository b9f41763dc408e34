import { parseProfile, type RobotProfile } from '../../src-main/core/profile';

/** Every robot profile that ships with the app; a new JSON file is found by itself. */
const files = import.meta.glob<unknown>('../../resources/robots/*.json', { eager: true, import: 'default' });
const parsed = new Map<string, RobotProfile>();
for (const data of Object.values(files)) {
  const profile = parseProfile(data);
  parsed.set(profile.kind, profile);
}

/** The body of a robot kind; a simulated robot (`so101-sim`) has the body of the real one. `null` when none is drawn. */
export const profileFor = (kind: string | undefined): RobotProfile | null =>
  kind ? (parsed.get(kind) ?? parsed.get(kind.replace(/-sim$/, '')) ?? null) : null;
