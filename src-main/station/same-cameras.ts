import { fault } from '../core/fault';
import type { CameraSpec } from '../core/types';

const named = (cameras: readonly { readonly name: string }[]) => cameras.map(({ name }) => `"${name}"`).join(', ');
const sized = ({ width, height }: CameraSpec) => `${width} × ${height}`;

/**
 * A dataset's cameras are fixed by name and size when it is made. Throws `incompatible` and says which camera is missing,
 * too many or of another size, and what to do about that one. `chosen`: what would be recorded now.
 */
export function assertSameCameras(wanted: readonly CameraSpec[], chosen: readonly CameraSpec[]): void {
  const missing = wanted.filter((camera) => !chosen.some((c) => c.name === camera.name));
  if (missing.length > 0)
    throw fault(
      'incompatible',
      `This dataset records the camera ${named(missing)}, which is not there or not chosen`,
      'Plug it in and choose it in the recorder bar, or give another camera its name in Setup. To record without it, create a new dataset.',
    );
  const extra = chosen.filter((camera) => !wanted.some((c) => c.name === camera.name));
  if (extra.length > 0)
    throw fault(
      'incompatible',
      `This dataset does not record the camera ${named(extra)}, only ${named(wanted) || 'the joints'}`,
      'Leave it out in the recorder bar, or create a new dataset on the Demos screen.',
    );
  for (const camera of wanted) {
    const now = chosen.find((c) => c.name === camera.name);
    if (!now || sized(now) === sized(camera)) continue;
    throw fault(
      'incompatible',
      `The camera ${named([camera])} gives ${sized(now)} now, and this dataset has ${sized(camera)}`,
      `Choose ${sized(camera)} for it in Setup, or create a new dataset on the Demos screen.`,
    );
  }
}
