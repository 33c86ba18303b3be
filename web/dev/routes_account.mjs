// The development server's routes of accounts: signing in, one's own account, users.
import { get, on, post } from './verbs.mjs';
import { entry, iso, makeUser } from './world.mjs';

const DAY = 86_400_000;
/** The one code that this server knows; the product's change every 30 seconds. */
const CODE = '123456';

const me = (user, session) => ({
  id: user.id,
  name: user.id,
  full_name: user.name,
  role: user.role,
  permissions: user.permissions,
  scope: user.scope,
  agency: user.agency,
  language: user.language,
  totp: user.totp,
  totp_on: user.totp,
  must_change_password: user.must_change,
  reset_by: user.reset_by,
  reset_at: user.reset_at,
  csrf: session.csrf,
  expires_at: iso(session.expires),
  version: '0.1.0',
});

const shown = (user) => ({
  id: user.id,
  name: user.id,
  full_name: user.name,
  role: user.role,
  scope: user.scope,
  agency: user.agency,
  totp: user.totp,
  disabled: user.disabled,
  last_login: user.last_seen,
  version: user.version ?? 1,
});

function wrongCode(Refusal) {
  return new Refusal(
    422,
    'wrong_code',
    'The code is wrong or too old; check the clock of your phone.',
    'Mã không đúng hoặc đã hết hạn; kiểm tra giờ của điện thoại.',
  );
}

function knowsPassword(user, given, Refusal) {
  if (given !== user.password)
    throw new Refusal(
      422,
      'wrong_password',
      'The present password is wrong.',
      'Mật khẩu hiện tại không đúng; hãy nhập lại.',
    );
}

const login = {
  method: 'POST',
  pattern: /^\/login$/,
  act: ({ world, body, Refusal, signIn }) => {
    const user = world.users.get(body.user);
    if (user && user.locked_until > Date.now())
      throw new Refusal(429, 'locked', 'Locked for a while.', 'Tạm khóa.', {
        error: { retry_after_seconds: Math.ceil((user.locked_until - Date.now()) / 1000) },
      });
    if (!user || user.disabled || user.password !== body.password) {
      if (user && (user.failures += 1) >= 5)
        Object.assign(user, { failures: 0, locked_until: Date.now() + 30_000 });
      world.audit.push(entry(world, body.user, 'login_failed', body.user));
      throw new Refusal(
        401,
        'wrong_credentials',
        'User name or password is wrong.',
        'Sai tên đăng nhập hoặc mật khẩu.',
      );
    }
    if (user.totp && !body.totp)
      throw new Refusal(401, 'totp_needed', 'Enter the code.', 'Nhập mã xác thực.');
    if (user.totp && body.totp !== CODE) {
      const wrong = wrongCode(Refusal);
      throw Object.assign(wrong, { status: 401 });
    }
    user.last_seen = iso(Date.now());
    world.audit.push(entry(world, user.id, 'login', user.id));
    return me(user, signIn(user));
  },
};

const password = post('/me/password', undefined, ({ world, user, body, Refusal, signIn }) => {
  knowsPassword(user, body.current, Refusal);
  if (user.totp && body.totp !== CODE) throw wrongCode(Refusal);
  if ((body.new ?? '').length < 12)
    throw new Refusal(
      422,
      'weak_password',
      'Choose a password of 12 letters or more that nobody guesses.',
      'Mật khẩu này dễ đoán; hãy chọn mật khẩu từ 12 ký tự trở lên mà không ai đoán được.',
    );
  Object.assign(user, { password: body.new, must_change: false, reset_by: null, reset_at: null });
  for (const [id, session] of world.sessions)
    if (session.user === user.id) world.sessions.delete(id);
  world.tokens = world.tokens.filter((t) => t.user !== user.id);
  return me(user, signIn(user));
});

const totp = post('/me/totp', undefined, ({ user, body, Refusal }) => {
  knowsPassword(user, body.password, Refusal);
  if (!body.code)
    return {
      secret: 'JBSWY3DPEHPK3PXP',
      url: `otpauth://totp/Streetward:${user.id}?secret=JBSWY3DPEHPK3PXP&issuer=Streetward`,
    };
  if (body.code !== CODE || (user.totp && body.present_code !== CODE)) throw wrongCode(Refusal);
  user.totp = true;
  return { confirmed: true };
});

const totpOff = {
  method: 'DELETE',
  path: '/me/totp',
  pattern: on('/me/totp'),
  act: ({ user, body, Refusal }) => {
    knowsPassword(user, body.password, Refusal);
    if (body.code !== CODE) throw wrongCode(Refusal);
    user.totp = false;
    return { status: 204, body: null };
  },
};

const change = {
  method: 'PATCH',
  path: '/users/{}',
  pattern: on('/users/{}'),
  needs: 'manage_users',
  act: ({ world, user, at, body, Refusal }) => {
    const found = world.users.get(at[0]);
    const { full_name, password: given, totp_reset: reset, ...rest } = body;
    if (reset && found.reset_by === user.name)
      throw new Refusal(
        403,
        'another_administrator',
        'You set this password within 24 hours: another administrator must take the codes away.',
        'Bạn vừa đặt lại mật khẩu này trong 24 giờ qua: cần quản trị viên khác gỡ mã xác thực.',
      );
    if (reset) found.totp = false;
    if (given)
      Object.assign(found, {
        password: given,
        must_change: true,
        reset_by: user.name,
        reset_at: iso(Date.now()),
      });
    Object.assign(found, rest, full_name === undefined ? {} : { name: full_name });
    if (body.role) found.permissions = makeUser('', '', body.role).permissions;
    return shown(found);
  },
};

export const accounts = [
  login,
  {
    method: 'POST',
    pattern: /^\/logout$/,
    act: ({ signOut }) => {
      signOut();
      return { body: null, status: 204 };
    },
  },
  { method: 'GET', pattern: /^\/me$/, act: ({ user, session }) => me(user, session) },
  password,
  totp,
  totpOff,
  get('/me/tokens', undefined, ({ world, user }) => ({
    status: 200,
    body: world.tokens.filter((t) => t.user === user.id),
  })),
  post('/me/tokens', undefined, ({ world, user, body }) => {
    world.tokens.push({
      id: String(Date.now()),
      user: user.id,
      name: body.name,
      expires_at: iso(Date.now() + body.days * DAY),
      last_used: null,
    });
    return { token: 'swt_development_only_0000000000' };
  }),
  {
    method: 'DELETE',
    path: '/me/tokens/{}',
    pattern: on('/me/tokens/{}'),
    act: ({ world, at }) => {
      world.tokens = world.tokens.filter((t) => t.id !== at[0]);
      return { status: 204, body: null };
    },
  },
  get('/users', 'manage_users', ({ world }) => ({
    status: 200,
    body: [...world.users.values()].map(shown),
  })),
  post('/users', 'manage_users', ({ world, body, user, Refusal }) => {
    if (world.users.has(body.name))
      throw new Refusal(409, 'taken', 'There is such a user.', 'Tên đăng nhập đã có.');
    world.users.set(
      body.name,
      makeUser(body.name, body.full_name || body.name, body.role, {
        scope: body.scope,
        agency: body.agency ?? null,
        password: body.password,
        must_change: true,
        reset_by: user.name,
        reset_at: iso(Date.now()),
      }),
    );
    world.audit.push(entry(world, user.id, 'user_added', body.name));
    return { status: 201, body: {} };
  }),
  change,
];
