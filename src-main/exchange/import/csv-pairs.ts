import { plainName } from './names';

const VIDEO = /\.(mp4|m4v|mov|mkv|webm)$/i;
const CSV = /\.csv$/i;
/** Camera of a video that has no other name than its episode. */
const CAMERA = 'camera';

/** An episode: its table, and its videos' file names by camera. */
export interface Item {
  readonly csv: string;
  readonly videos: ReadonlyMap<string, string>;
}

/**
 * Which video belongs to which table: `NAME.mp4`, `NAME_<camera>.mp4` or `NAME.<camera>.mp4` to `NAME.csv`. Where two
 * names fit, the longer one has it.
 */
export function pair(files: readonly string[]): Item[] {
  const stems = files.filter((name) => CSV.test(name)).map((csv) => ({ csv, stem: csv.replace(CSV, '') }));
  const owners = new Map(stems.map(({ csv, stem }) => [stem, csv]));
  const videos = new Map<string, Map<string, string>>(stems.map(({ csv }) => [csv, new Map()]));
  for (const file of files.filter((name) => VIDEO.test(name))) {
    const stem = file.replace(VIDEO, '');
    const cuts = [stem.length, ...[...stem.matchAll(/[_.]/g)].map((m) => m.index).reverse()];
    const cut = cuts.find((at) => owners.has(stem.slice(0, at)));
    if (cut === undefined) continue;
    const camera = cut === stem.length ? CAMERA : plainName(stem.slice(cut + 1));
    videos.get(owners.get(stem.slice(0, cut)) ?? '')?.set(camera, file);
  }
  return stems.map(({ csv }) => ({ csv, videos: videos.get(csv) ?? new Map() }));
}
