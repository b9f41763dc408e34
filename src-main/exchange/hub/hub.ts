import type { AbortSignalLike } from '../../core/clock';
import { FaultError, fault } from '../../core/fault';
import { codeOf } from '../../dataset/files';
import { cancelled } from '../watch';

export interface HubPlace {
  /** `owner/name` of a dataset. */
  readonly repo: string;
  readonly token?: string;
  /** Any server that speaks the Hugging Face interface. */
  readonly url?: string;
  readonly signal?: AbortSignalLike;
}

/** What the library's calls want. The token travels in our own `fetch`: not every server's begins with `hf_`. */
export interface Hub {
  readonly repo: { readonly type: 'dataset'; readonly name: string };
  readonly hubUrl: string;
  readonly fetch: typeof fetch;
}

export const PUBLIC_HUB = 'https://huggingface.co';

/** Every request has the token (to the hub itself only), ends with the job, and never waits for a silent server. */
export function openHub({ repo, token, url, signal }: HubPlace): Hub {
  const hubUrl = (url ?? PUBLIC_HUB).replace(/\/+$/, '');
  const { origin } = new URL(hubUrl);
  // Requests whose answers may still be read; older ones have long been.
  const open: AbortController[] = [];
  signal?.addEventListener('abort', () => {
    for (const request of open) request.abort();
  });
  return {
    repo: { type: 'dataset', name: repo },
    hubUrl,
    fetch: async (input, init = {}) => {
      const target = input instanceof Request ? input.url : String(input);
      const headers = new Headers(init.headers);
      headers.delete('authorization');
      if (token && new URL(target).origin === origin) headers.set('authorization', `Bearer ${token}`);
      if (signal?.aborted) throw cancelled();
      const request = new AbortController();
      open.push(request);
      if (open.length > REMEMBERED) open.shift();
      const size = init.body instanceof Blob ? init.body.size : 0;
      const patience = ANSWER_WITHIN + (size / SLOWEST) * 1000;
      const timer = setTimeout(() => request.abort(), patience);
      try {
        return await fetch(input, { ...init, headers, signal: request.signal });
      } catch (error) {
        if (signal?.aborted) throw cancelled();
        if (request.signal.aborted)
          throw unreachable(hubUrl, `it did not answer within ${Math.round(patience / 1000)} s`);
        throw error;
      } finally {
        // What is read of the answer from here on ends with the job, and is watched by whoever reads it.
        clearTimeout(timer);
      }
    },
  };
}

/** Milliseconds until an answer begins, and bytes a second of the slowest line that something can be sent over. */
const ANSWER_WITHIN = 60_000;
const SLOWEST = 20_000;
/** More than are ever under way at the same time. */
const REMEMBERED = 64;

export const unreachable = (hubUrl: string, why: string, cause?: unknown) =>
  fault(
    'link-lost',
    `${hubUrl} cannot be reached: ${why}`,
    'Check the network and the address, then try again. Everything else works without a hub.',
    cause,
  );

/** Any error of the hub or the way there as a fault that says what to do. */
export function hubFault(error: unknown, { hubUrl, repo }: Pick<Hub, 'hubUrl' | 'repo'>, token: string | undefined) {
  if (error instanceof FaultError) return error;
  const status = statusOf(error);
  const said = error instanceof Error ? error.message : String(error);
  if (status === 401 || (status === 403 && !token))
    return token
      ? fault('permission', `${hubUrl} does not accept this token`, 'Make a new token there, and copy it whole.', error)
      : fault(
          'permission',
          `${repo.name} is not public, or is not there`,
          'Check its name, or give a token that may read it.',
          error,
        );
  if (status === 403)
    return fault(
      'permission',
      `This token may not do that with ${repo.name}`,
      'Make a token with the right to write there.',
      error,
    );
  if (status === 404)
    return fault('not-found', `There is no dataset ${repo.name} on ${hubUrl}`, 'Check owner and name.', error);
  if (status === 413 || status === 507)
    return fault('disk-full', `${hubUrl} has no room for it: ${said}`, 'Free some space there.', error);
  if (status === 429)
    return fault('busy', `${hubUrl} asks to wait: too many requests`, 'Try again in some minutes.', error);
  if (status !== null && status >= 500)
    return unreachable(hubUrl, `it answered with an error of its own (${status})`, error);
  if (status !== null) return fault('bad-input', `${hubUrl} refused: ${said}`, 'Check owner, name and address.', error);
  if (isNetwork(error)) return unreachable(hubUrl, reason(error), error);
  if (codeOf(error)) return error;
  return fault(
    'incompatible',
    `${hubUrl} does not answer as a hub does (${said})`,
    'Check the address of the server.',
    error,
  );
}

function statusOf(error: unknown): number | null {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : null;
}

/** `fetch` says only "fetch failed"; why is in its cause. A connection that ends half-way is "terminated". */
export const isNetwork = (error: unknown): boolean =>
  error instanceof TypeError && (/fetch failed|terminated|network/i.test(error.message) || error.cause !== undefined);

function reason(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = codeOf(cause);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'its name is not known here (no network?)';
  if (code === 'ECONNREFUSED') return 'nobody answers there';
  if (code === 'ECONNRESET' || code === 'UND_ERR_SOCKET') return 'the connection was cut';
  return cause instanceof Error ? cause.message : 'the connection was cut';
}
