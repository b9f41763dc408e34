import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { Readable } from 'node:stream';
import { protocol } from 'electron';

/**
 * Our own scheme instead of file://. `understudy://app/…` serves the built page from one folder and nothing above it;
 * `understudy://dataset/<episode>/<camera>` streams a demonstration's video, with ranges so that a player can seek.
 */
export const SCHEME = 'understudy';
export const APP_ORIGIN = `${SCHEME}://app`;

export const videoUrl = (episode: number, camera: string, version: number): string =>
  `${SCHEME}://dataset/${episode}/${encodeURIComponent(camera)}?v=${version}`;

/** Must run before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: SCHEME,
      privileges: { standard: true, secure: true, supportFetchAPI: true, corsEnabled: true, stream: true },
    },
  ]);
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.mp4': 'video/mp4',
};

export function serveScheme(pageFolder: string, videoFile: (episode: number, camera: string) => string | null): void {
  protocol.handle(SCHEME, async (request) => {
    const url = new URL(request.url);
    const path = decodeURIComponent(url.pathname);
    if (url.host === 'app') return sendFile(inside(pageFolder, path === '/' ? '/index.html' : path), request);
    if (url.host === 'dataset') {
      const [, episode = '', camera = ''] = path.split('/');
      const index = Number(episode);
      return sendFile(Number.isInteger(index) ? videoFile(index, camera) : null, request);
    }
    return new Response('Not found', { status: 404 });
  });
}

/** The file inside `folder`, or null for a path that tries to leave it. */
function inside(folder: string, path: string): string | null {
  const file = normalize(join(folder, path));
  return file.startsWith(folder + sep) ? file : null;
}

async function sendFile(file: string | null, request: Request): Promise<Response> {
  const size = file
    ? await stat(file).then(
        (s) => (s.isFile() ? s.size : -1),
        () => -1,
      )
    : -1;
  if (!file || size < 0) return new Response('Not found', { status: 404 });
  const headers: Record<string, string> = {
    'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
    'accept-ranges': 'bytes',
    'cache-control': 'no-store',
    // The page compares what its cameras see now with what they saw in a recording.
    'access-control-allow-origin': APP_ORIGIN,
  };
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get('range') ?? '');
  const start = range ? Number(range[1]) : 0;
  const end = range?.[2] ? Math.min(Number(range[2]), size - 1) : size - 1;
  if (start > end && size > 0)
    return new Response(null, { status: 416, headers: { 'content-range': `bytes */${size}` } });
  headers['content-length'] = String(Math.max(0, end - start + 1));
  if (range) headers['content-range'] = `bytes ${start}-${end}/${size}`;
  if (size === 0) return new Response('', { headers });
  const body = Readable.toWeb(createReadStream(file, { start, end })) as ReadableStream;
  return new Response(body, { status: range ? 206 : 200, headers });
}
