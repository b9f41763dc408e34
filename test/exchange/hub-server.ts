import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server is told to do wrong. */
export interface Mischief {
  /** Cuts the connection while it sends this file, this many times. */
  cut?: { path: string; times: number };
  /** Sends other bytes than it listed. */
  garble?: string;
  /** Refuses with this status whatever is asked. */
  status?: number;
  /** Answers a commit with this status. */
  commit?: number;
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | null;
}

/**
 * As much of the Hugging Face interface as a dataset needs (as @huggingface/hub 2.17 speaks it): repositories, listing,
 * ranges of files, the Git LFS batch, commits as JSON lines. `listed`, when given, is what the listing claims.
 */
export class HubServer {
  readonly repos = new Map<string, { files: Map<string, Buffer>; visibility: string }>();
  readonly asked: Asked[] = [];
  readonly mischief: Mischief = {};
  readonly listed: { path: string; size: number; type: string }[] = [];
  readonly #blobs = new Map<string, Buffer>();

  private constructor(
    private readonly server: Server,
    private readonly token: string,
  ) {}

  static async start(token = 'secret-token'): Promise<HubServer> {
    const server = createServer((request, response) => {
      mine.#serve(request, response).catch((error: unknown) => {
        response.statusCode = 500;
        response.end(String(error));
      });
    });
    const mine = new HubServer(server, token);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return mine;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  files(repo: string): string[] {
    return [...(this.repos.get(repo)?.files.keys() ?? [])].sort();
  }

  put(repo: string, path: string, data: Buffer): void {
    const known = this.repos.get(repo) ?? { files: new Map<string, Buffer>(), visibility: 'public' };
    known.files.set(path, data);
    this.repos.set(repo, known);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const authorization = request.headers.authorization ?? null;
    this.asked.push({ method: request.method ?? '', path: url.pathname, authorization });
    const body = await read(request);
    const say = (status: number, data: unknown, headers: Record<string, string> = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(data));
    };
    if (this.mischief.status) return say(this.mischief.status, { error: 'no' });
    if (authorization !== null && authorization !== `Bearer ${this.token}`)
      return say(401, { error: 'Invalid credentials' });
    if (url.pathname.startsWith('/blob/')) {
      this.#blobs.set(url.pathname.slice('/blob/'.length), body);
      return say(200, {});
    }
    const mayWrite = authorization !== null;
    if (url.pathname === '/api/repos/create') {
      if (!mayWrite) return say(401, { error: 'Who are you?' });
      const { name, organization, visibility } = JSON.parse(body.toString());
      this.repos.set(`${organization}/${name}`, { files: new Map(), visibility });
      return say(200, { url: `${this.url}/datasets/${organization}/${name}`, id: '1' });
    }
    const [, , repo = '', rest = ''] =
      /^\/(api\/)?datasets\/([^/]+\/[^/]+?)(?:\.git)?(?:\/(.*))?$/.exec(url.pathname)?.map(String) ?? [];
    const known = this.repos.get(repo);
    if (!known || (known.visibility === 'private' && !mayWrite)) return say(404, { error: 'Repository not found' });
    if (rest === '' || rest === 'undefined') return say(200, { id: repo });
    if (rest.startsWith('tree/')) return say(200, this.#tree(known.files));
    if (rest.startsWith('resolve/'))
      return this.#file(decodeURIComponent(rest.split('/').slice(2).join('/')), known.files, request, response);
    if (!mayWrite) return say(403, { error: 'Read only' });
    if (rest.startsWith('preupload/')) {
      const { files } = JSON.parse(body.toString());
      const mode = (path: string) => (/\.(parquet|mp4)$/.test(path) ? 'lfs' : 'regular');
      return say(200, { files: files.map(({ path }: { path: string }) => ({ path, uploadMode: mode(path) })) });
    }
    if (rest === 'info/lfs/objects/batch') {
      const { objects } = JSON.parse(body.toString());
      const upload = ({ oid }: { oid: string }) => ({ upload: { href: `${this.url}/blob/${oid}` } });
      return say(200, {
        transfer: 'basic',
        objects: objects.map((object: { oid: string; size: number }) => ({
          ...object,
          ...(this.#blobs.has(object.oid) ? {} : { actions: upload(object) }),
        })),
      });
    }
    if (rest.startsWith('commit/')) {
      if (this.mischief.commit) return say(this.mischief.commit, { error: 'not now' });
      this.#commit(known.files, body.toString());
      return say(200, { commitOid: 'abc', commitUrl: `${this.url}/commit/abc`, hookOutput: '' });
    }
    return say(404, { error: `no ${rest}` });
  }

  #tree(files: Map<string, Buffer>) {
    if (this.listed.length > 0) return this.listed;
    return [...files].map(([path, data]) => {
      const size = data.length;
      const lfs = { oid: createHash('sha256').update(data).digest('hex'), size, pointerSize: 130 };
      return { type: 'file', path, size, oid: 'git', ...(/\.(parquet|mp4)$/.test(path) && { lfs }) };
    });
  }

  #file(path: string, files: Map<string, Buffer>, request: IncomingMessage, response: ServerResponse): void {
    let data = files.get(path);
    if (!data) {
      response.writeHead(404, { 'x-error-code': 'EntryNotFound' });
      response.end();
      return;
    }
    if (this.mischief.garble === path) data = Buffer.alloc(data.length, 7);
    const [, from = '0', to = ''] = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '') ?? [];
    const end = Math.min(data.length - 1, to === '' ? data.length - 1 : Number(to));
    const part = data.subarray(Number(from), end + 1);
    const { cut } = this.mischief;
    if (cut?.path === path && cut.times > 0 && part.length > 1) {
      cut.times--;
      response.writeHead(206, {
        'content-length': part.length,
        'content-range': `bytes ${from}-${end}/${data.length}`,
        etag: '"x"',
      });
      response.write(part.subarray(0, part.length / 2));
      setTimeout(() => response.destroy(), 20);
      return;
    }
    response.writeHead(206, {
      'content-range': `bytes ${from}-${end}/${data.length}`,
      etag: '"x"',
      'content-length': part.length,
    });
    response.end(part);
  }

  #commit(files: Map<string, Buffer>, lines: string): void {
    for (const line of lines.split('\n')) {
      const { key, value } = JSON.parse(line);
      if (key === 'file')
        files.set(value.path, Buffer.from(value.content, value.encoding === 'base64' ? 'base64' : 'utf8'));
      if (key === 'lfsFile') files.set(value.path, this.#blobs.get(value.oid) ?? Buffer.from('lost'));
      if (key === 'deletedFile') files.delete(value.path);
    }
  }
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
