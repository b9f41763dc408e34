import { fault } from '../../core/fault';
import { bytes } from '../watch';

/** A file that a hub offers. */
export interface Offered {
  readonly path: string;
  readonly size: number;
  /** SHA-256, where the hub tells it. */
  readonly sha256: string | null;
}

/** What of a repository belongs to a dataset; the rest stays where it is. */
const WANTED = /^(meta|data|videos|images)\/|^README\.md$/;
const PART = /^[^\p{C}<>:"|?*\\/]{1,200}$/u;
/** Names that Windows keeps for devices. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

const MAX_FILES = 200_000;
/** Bytes of one file: the parquet and MP4 files of LeRobot are 100 to 200 MB; an episode of hours is a few GB. */
const MAX_FILE = 8e9;
/** Of tables that are read whole. */
const MAX_META = 500e6;

/**
 * The files to take, names checked: each stays inside the folder on every system, none is there twice, none is absurdly
 * large. Throws `corrupt` or `incompatible` before anything is fetched.
 */
export function chooseFiles(offered: readonly Offered[], repo: string): Offered[] {
  const chosen = offered.filter(({ path }) => WANTED.test(path.replaceAll('\\', '/')));
  const seen = new Set<string>();
  for (const { path, size } of chosen) {
    const parts = path.split('/');
    const fine = parts.every((part) => PART.test(part) && !/^\.|[. ]$/.test(part) && !DEVICE.test(part));
    if (!fine || path.length > 400) throw untrusted(repo, `it has a file called "${path.slice(0, 120)}"`);
    const key = path.toLowerCase();
    if (seen.has(key)) throw untrusted(repo, `it has "${path}" twice`);
    seen.add(key);
    if (!Number.isSafeInteger(size) || size < 0) throw untrusted(repo, `it gives "${path}" the size ${size}`);
    const most = path.startsWith('meta/') ? MAX_META : MAX_FILE;
    if (size > most) {
      throw fault(
        'incompatible',
        `"${path}" of ${repo} has ${bytes(size)}; files of up to ${bytes(most)} are fetched`,
        'Fetch it by another program, then import the folder.',
      );
    }
  }
  if (chosen.length > MAX_FILES) throw untrusted(repo, `it has ${chosen.length} files`);
  if (!seen.has('meta/info.json')) {
    throw fault(
      'incompatible',
      `${repo} is no LeRobot dataset: it has no meta/info.json`,
      'Choose another repository.',
    );
  }
  return chosen;
}

const untrusted = (repo: string, why: string) =>
  fault('corrupt', `${repo} cannot be trusted: ${why}`, 'Nothing was fetched. Choose another repository.');
