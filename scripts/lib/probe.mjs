// Is a host reachable? Asked before a download that would otherwise hang for minutes on a network that blocks it.
import http from 'node:http';
import https from 'node:https';

/** Resolves to null when the host of `url` answers at all, otherwise to the reason why not. */
export function unreachable(url, limit = 5000) {
  const target = new URL(url);
  const proxy = proxyFor(target);
  return new Promise((done) => {
    const request = proxy
      ? http.request({
          host: proxy.hostname,
          port: proxy.port || 80,
          method: 'CONNECT',
          path: `${target.hostname}:${target.port || 443}`,
          headers: proxy.username
            ? {
                'Proxy-Authorization': `Basic ${Buffer.from(decodeURIComponent(`${proxy.username}:${proxy.password}`)).toString('base64')}`,
              }
            : {},
        })
      : (target.protocol === 'http:' ? http : https).request(target, { method: 'HEAD' });
    const finish = (reason) => {
      clearTimeout(timer);
      request.destroy();
      done(reason);
    };
    const timer = setTimeout(() => finish(`no answer within ${limit / 1000} s`), limit);
    request.on('response', () => finish(null));
    request.on('connect', (response) =>
      finish(response.statusCode === 200 ? null : `the proxy answered ${response.statusCode}`),
    );
    request.on('error', (error) => finish(error.code ?? error.message));
    request.end();
  });
}

function proxyFor(target) {
  const skip = (process.env.NO_PROXY ?? process.env.no_proxy ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
  if (skip.some((entry) => entry === '*' || target.hostname.endsWith(entry.replace(/^\*?\./, '')))) return null;
  const text = process.env.HTTPS_PROXY ?? process.env.https_proxy ?? process.env.npm_config_https_proxy;
  return text ? new URL(text.includes('://') ? text : `http://${text}`) : null;
}
