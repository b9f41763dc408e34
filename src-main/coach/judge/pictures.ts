import { ramp } from '../robust';
import { percent } from '../words';
import { type Judge, reason } from './reason';
import { viewDistance } from './siblings';

/** One judge a fault; each tells of the camera where it is worst. */
const worst = <T extends { severity: number }>(list: readonly T[]): T | undefined =>
  list.reduce<T | undefined>((a, b) => (a && a.severity >= b.severity ? a : b), undefined);

const cameras = ({ measure }: Parameters<Judge>[0]) =>
  Object.entries(measure.pictures)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([camera, picture]) => ({ camera, picture }));

export const judgeFrozen: Judge = (subject) => {
  const found = worst(
    cameras(subject).map(({ camera, picture: { moves, still, frozen } }) => ({
      camera,
      frozen,
      share: moves > 0 ? still / moves : 0,
      severity: moves >= 2 ? ramp(still / moves, 0, 0.6) : 0,
    })),
  );
  if (!found) return [];
  return reason(
    'frozen',
    40,
    found.severity,
    `The picture of ${found.camera} stands while the arm moves (${percent(found.share)} of the time)`,
    'Plug the camera in again, and see that nothing else uses it.',
    found.frozen ?? undefined,
  );
};

export const judgeDark: Judge = (subject) => {
  const found = worst(
    cameras(subject).map(({ camera, picture: { brightness } }) => {
      const usual = subject.siblings.brightness.get(camera);
      const relative = usual === undefined ? 0 : ramp(brightness / Math.max(usual, 0.01), 0.65, 0.2);
      return { camera, brightness, usual, severity: Math.max(ramp(brightness, 0.16, 0.05), relative) };
    }),
  );
  if (!found) return [];
  const { camera, brightness, usual } = found;
  const than = usual === undefined ? '' : `, the others have ${percent(usual)}`;
  return reason(
    'dark',
    30,
    found.severity,
    `${camera} is dark: ${percent(brightness)} brightness${than}`,
    'Put the light on; it should look the same in every take.',
  );
};

export const judgeBright: Judge = (subject) => {
  const found = worst(
    cameras(subject).map(({ camera, picture: { white } }) => {
      const usual = subject.siblings.white.get(camera) ?? 0;
      // A white wall is white in every take; what is more than that is lost.
      return { camera, white, severity: ramp(white - usual, 0.2, 0.6) + 0.5 * ramp(white, 0.5, 0.9) };
    }),
  );
  if (!found) return [];
  return reason(
    'bright',
    25,
    found.severity,
    `${found.camera} is over-exposed: ${percent(found.white)} of the picture is plain white`,
    'Turn the camera away from the light, or lower its exposure.',
  );
};

export const judgeBlur: Judge = (subject) => {
  const found = worst(
    cameras(subject).flatMap(({ camera, picture: { sharpness } }) => {
      const usual = subject.siblings.sharpness.get(camera);
      if (usual === undefined || usual <= 0) return [];
      return [{ camera, share: sharpness / usual, severity: ramp(sharpness / usual, 0.55, 0.12) }];
    }),
  );
  if (!found) return [];
  return reason(
    'blur',
    30,
    found.severity,
    `${found.camera} is blurred: it has ${percent(found.share)} of the fine detail of the other takes`,
    'Clean the lens and set the focus; switch autofocus off.',
  );
};

/** Nearer to another camera's usual view than to its own by this factor, for both cameras of a pair. */
const CLEARLY = 0.6;
/** Views nearer than this (r.m.s. of luma 0–1) cannot be told apart. */
const ALIKE = 0.04;

export const judgeSwapped: Judge = (subject) => {
  const list = cameras(subject);
  for (const a of list) {
    for (const b of list) {
      const [usualA, usualB] = [subject.siblings.views.get(a.camera), subject.siblings.views.get(b.camera)];
      if (a.camera >= b.camera || !usualA || !usualB || viewDistance(usualA, usualB) < ALIKE) continue;
      const crossed =
        viewDistance(a.picture.view, usualB) < CLEARLY * viewDistance(a.picture.view, usualA) &&
        viewDistance(b.picture.view, usualA) < CLEARLY * viewDistance(b.picture.view, usualB);
      if (!crossed) continue;
      return reason(
        'swapped',
        40,
        1,
        `${a.camera} and ${b.camera} seem to have changed places: each shows what the other shows in the other takes`,
        'Swap the plugs or the names in Setup, and record this one again.',
      );
    }
  }
  return [];
};
