// A small server for developing the pages, with the API's contract over a real data folder's events.
// It is no part of the product: it keeps all in memory, checks passwords in plain, and must never be
// reached from anywhere but this machine.
//   node dev/server.mjs --data DATA [--port 8481] [--count 60]
import { createServer } from 'node:http';
import { randomBytes, randomUUID } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeWorld } from './world.mjs';
import { routes } from './routes.mjs';

const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at > 0 ? process.argv[at + 1] : otherwise;
};
const dist = join(fileURLToPath(import.meta.url), '../../dist');
const world = makeWorld(option('data', 'data'), Number(option('count', '60')));
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
  '.mp4': 'video/mp4',
  '.json': 'application/json',
};

export class Refusal extends Error {
  constructor(status, code, en, vi, more = {}) {
    super(en);
    Object.assign(this, { status, code, vi, more });
  }
}

function sendFile(request, response, path, headers = {}) {
  let size;
  try {
    size = statSync(path).size;
  } catch {
    throw new Refusal(404, 'not_found', 'There is no such file.', 'Không có tệp này.');
  }
  const type = TYPES[extname(path)] ?? 'application/octet-stream';
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const base = {
    'Content-Type': type,
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'private, max-age=600',
    ...headers,
  };
  if (range) {
    const from = Number(range[1]);
    const to = range[2] === '' ? size - 1 : Math.min(Number(range[2]), size - 1);
    response.writeHead(206, {
      ...base,
      'Content-Range': `bytes ${from}-${to}/${size}`,
      'Content-Length': to - from + 1,
    });
    createReadStream(path, { start: from, end: to }).pipe(response);
    return;
  }
  response.writeHead(200, { ...base, 'Content-Length': size });
  createReadStream(path).pipe(response);
}

function page(response) {
  const nonce = randomBytes(16).toString('base64');
  const html = readFileSync(join(dist, 'index.html'), 'utf8').replace('__CSP_NONCE__', nonce);
  response.writeHead(200, {
    'Content-Type': TYPES['.html'],
    'Cache-Control': 'no-store',
    'Content-Security-Policy':
      `default-src 'self'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data: blob:; ` +
      "media-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'",
  });
  response.end(html);
}

async function bodyOf(request) {
  let text = '';
  for await (const part of request) text += part;
  return text === '' ? {} : JSON.parse(text);
}

const cookieOf = (request) => /streetward_session=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1];

async function api(request, response, url) {
  const path = url.pathname.slice('/api/v1'.length);
  const session = world.sessions.get(cookieOf(request));
  const user = session && world.users.get(session.user);
  const open = path === '/login' || path.startsWith('/dev/');
  if (world.databaseAway && !path.startsWith('/dev/')) {
    response.setHeader('Retry-After', '5');
    throw new Refusal(
      503,
      'database_away',
      'The database does not answer for the moment.',
      'Cơ sở dữ liệu tạm thời không phản hồi.',
    );
  }
  if (!open && !user) throw new Refusal(401, 'no_session', 'Sign in first.', 'Cần đăng nhập.');
  if (!open && request.method !== 'GET' && request.headers['x-csrf-token'] !== session.csrf)
    throw new Refusal(
      403,
      'csrf',
      'The request did not come from this page.',
      'Yêu cầu không xuất phát từ trang này.',
    );
  const allowed = ['/me', '/logout', '/me/password'].includes(path);
  if (!open && user.must_change && !allowed)
    throw new Refusal(
      403,
      'password_change_needed',
      'Change your password first.',
      'Cần đổi mật khẩu trước.',
    );
  for (const route of routes) {
    const match = request.method === route.method && route.pattern.exec(path);
    if (!match) continue;
    if (route.needs && !user.permissions.includes(route.needs))
      throw new Refusal(
        403,
        'forbidden',
        'Your role does not allow this.',
        'Vai trò của bạn không được phép.',
      );
    const answer = await route.act({
      world,
      user,
      session,
      request,
      response,
      query: url.searchParams,
      Refusal,
      sendFile,
      body: request.method === 'GET' ? {} : await bodyOf(request),
      ifMatch: request.headers['if-match']?.replaceAll('"', ''),
      at: match.slice(1).map(decodeURIComponent),
      signIn: (who) => {
        const id = randomUUID();
        const made = { user: who.id, csrf: randomUUID(), expires: Date.now() + 12 * 3_600_000 };
        world.sessions.set(id, made);
        response.setHeader(
          'Set-Cookie',
          `streetward_session=${id}; HttpOnly; SameSite=Strict; Path=/`,
        );
        return made;
      },
      signOut: () => world.sessions.delete(cookieOf(request)),
    });
    if (answer === undefined) return;
    // A row has a status of its own, in words.
    const full = typeof answer.status === 'number';
    response.writeHead(full ? answer.status : 200, {
      'Content-Type': TYPES['.json'],
      'Cache-Control': 'no-store',
      ...(full ? answer.headers : {}),
    });
    response.end(
      full ? (answer.body === null ? '' : JSON.stringify(answer.body)) : JSON.stringify(answer),
    );
    return;
  }
  throw new Refusal(404, 'not_found', 'There is no such thing here.', 'Không có mục này.');
}

const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost');
  const answer = async () => {
    if (world.down && !url.pathname.includes('/dev/')) return request.socket.destroy();
    if (url.pathname.startsWith('/api/v1/')) return api(request, response, url);
    const path = normalize(join(dist, url.pathname));
    if (path.startsWith(dist) && extname(path) !== '' && !path.endsWith('.html')) {
      const kept = url.pathname.startsWith('/assets/')
        ? 'public, max-age=31536000, immutable'
        : 'no-cache';
      return sendFile(request, response, path, { 'Cache-Control': kept });
    }
    return page(response);
  };
  answer().catch((error) => {
    const status = error.status ?? 500;
    if (response.headersSent) return response.destroy();
    response.writeHead(status, { 'Content-Type': TYPES['.json'] });
    const { code = 'failed', vi = 'Máy chủ gặp lỗi.', more = {} } = error;
    if (status === 500) console.error(error);
    response.end(
      JSON.stringify({
        error: { code, message: error.message, message_vi: vi, ...more.error },
        ...more.body,
      }),
    );
  });
});
const port = Number(option('port', '8481'));
server.listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
