const facts = document.body.dataset;
const byId = (id) => document.getElementById(id);
let language = 'vi';
let shown = null;

const word = (key) => WORDS[language][key] ?? key;

/** An element with a text: nothing that a file says is ever read as markup. */
function element(name, text, kind) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

const hex = (buffer) =>
  Array.from(new Uint8Array(buffer), (b) => b.toString(16).padStart(2, '0')).join('');
const bytesOf = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const sha256 = async (buffer) => hex(await crypto.subtle.digest('SHA-256', buffer));

/** Of what was chosen, each file by its path in the pack: below the folder in which manifest.json lies. */
function inPack(list) {
  const roots = list
    .filter(({ path }) => /(^|\/)manifest\.sig$|(^|\/)manifest\.json$|(^|\/)index\.html$/.test(path))
    .map(({ path }) => path.slice(0, path.lastIndexOf('/') + 1))
    .sort((a, b) => a.length - b.length);
  const root = roots[0] ?? '';
  const files = new Map();
  for (const { path, file } of list)
    if (path.startsWith(root)) files.set(path.slice(root.length), file);
  return files;
}

const OUTSIDE = ['manifest.json', 'manifest.sig', 'manifest.sig.bin'];
const eventOf = (name) => /^events\/([^/]+)\//.exec(name)?.[1] ?? null;

const isHex = (text, digits) => typeof text === 'string' && text.length === digits && /^[0-9a-f]+$/i.test(text);
const SIGNATURE = ['format', 'key_id', 'public_key', 'signature'];

/** A signature, as the program reads it; what is not exactly one is an error. */
function signatureOf(text) {
  const read = JSON.parse(text);
  if (Object.keys(read).sort().join() !== SIGNATURE.join() || read.format !== 'streetward.signature/1')
    throw new Error('format');
  if (!isHex(read.key_id, 16) || !isHex(read.public_key, 64) || !isHex(read.signature, 128)) throw new Error('hex');
  return read;
}

/** A manifest, as far as this page goes by it. */
function manifestOf(bytes) {
  const read = JSON.parse(new TextDecoder().decode(bytes));
  const all = (list, ...keys) => Array.isArray(list) && list.every((one) => keys.every((key) => typeof one[key] === 'string'));
  if (read.format !== 'streetward.pack/1') throw new Error('format');
  if (!all(read.files, 'name', 'sha256') || !all(read.events, 'id', 'sealed_manifest_sha256')) throw new Error('lists');
  return read;
}

/** Whether the signature is right; null where nothing here can tell. */
async function signatureHolds(signature, bytes) {
  const key = bytesOf(signature.public_key);
  const made = bytesOf(signature.signature);
  try {
    const known = await crypto.subtle.importKey('raw', key, 'Ed25519', false, ['verify']);
    return await crypto.subtle.verify('Ed25519', known, made, bytes);
  } catch {
    // This browser does not know Ed25519, or the key is none: the page's own verifier tells.
    return typeof Ed25519 === 'undefined' ? null : Ed25519.holds(made, new Uint8Array(bytes), key);
  }
}

async function verify(files, expected) {
  const result = { problems: [], manifest: null, signed: false, key: null, files: 0, sum: null };
  const add = (problem, file, detail) => result.problems.push({ problem, file, detail });
  const text = async (name) => new TextDecoder().decode(await files.get(name).arrayBuffer());
  if (!files.has('manifest.json')) {
    add('no_manifest', 'manifest.json');
    return result;
  }
  const bytes = await files.get('manifest.json').arrayBuffer();
  result.sum = await sha256(bytes);
  let signature = null;
  try {
    signature = signatureOf(await text('manifest.sig'));
  } catch {
    add('no_manifest', 'manifest.sig');
  }
  if (signature) {
    const key = signature.public_key.toLowerCase();
    const id = (await sha256(bytesOf(key))).slice(0, 16);
    result.key = id;
    const trusted = expected || facts.public;
    if (key !== trusted && id !== trusted) add('wrong_key', 'manifest.sig', `${id} ≠ ${trusted.slice(0, 16)}`);
    const holds = await signatureHolds(signature, bytes);
    if (holds === false || id !== signature.key_id) add('signature', 'manifest.json');
    result.signed = holds === true;
    const raw = files.get('manifest.sig.bin');
    if (!raw || hex(await raw.arrayBuffer()) !== signature.signature) add('signature', 'manifest.sig.bin');
  }
  let manifest;
  try {
    manifest = manifestOf(bytes);
  } catch {
    add('signature', 'manifest.json');
    return result;
  }
  result.manifest = manifest;
  if (manifest.pack !== facts.pack) add('wrong_pack', String(manifest.pack));
  const names = [...files.keys()];
  const gone = new Set();
  for (const { id } of manifest.events)
    if (!names.some((name) => name.startsWith(`events/${id}/`))) {
      gone.add(id);
      add('event_missing', `events/${id}`);
    }
  const known = new Set();
  for (const file of manifest.files) {
    known.add(file.name);
    result.files += 1;
    if (gone.has(eventOf(file.name))) continue;
    const found = files.get(file.name);
    if (!found) {
      add('missing', file.name);
      continue;
    }
    const same = found.size === file.bytes && (await sha256(await found.arrayBuffer())) === file.sha256;
    if (!same) add('changed', file.name);
  }
  for (const name of names) if (!known.has(name) && !OUTSIDE.includes(name)) add('added', name);
  // A sealed event has a manifest of its own, which says the same of its files.
  for (const { id, sealed_manifest_sha256: sum } of manifest.events) {
    const folder = `events/${id}/original/`;
    const own = await files.get(`${folder}manifest.json`)?.arrayBuffer();
    if (!own) continue;
    if ((await sha256(own)) !== sum) add('changed', `${folder}manifest.json`);
    else if (files.has(`${folder}manifest.sig`)) {
      let holds = false;
      try {
        holds = await signatureHolds(signatureOf(await text(`${folder}manifest.sig`)), own);
      } catch {
        // It is none.
      }
      if (holds === false) add('signature', `${folder}manifest.sig`);
    }
  }
  return result;
}

const local = (utc) => {
  const at = new Date(utc);
  return Number.isNaN(at.getTime())
    ? String(utc)
    : at.toLocaleString(language === 'vi' ? 'vi-VN' : 'en-GB', { timeZone: 'Asia/Ho_Chi_Minh' }) + ' (+07:00)';
};

/** What a request asked for, in words. */
function rangeOf(range) {
  if (!range) return null;
  const narrowed = ['camera', 'kind', 'ward', 'domain'].map((key) => range[key]).filter(Boolean);
  const left = ['undecided', 'without_evidence']
    .filter((key) => range[key] > 0)
    .map((key) => `${word(`left_${key}`)}: ${range[key]}`);
  return [`${local(range.from_utc)} – ${local(range.to_utc)}`, ...narrowed, ...left].join('; ');
}

function list(place, rows) {
  place.replaceChildren();
  for (const [name, value] of rows)
    if (value !== undefined && value !== null && value !== '')
      place.append(element('dt', name), element('dd', String(value)));
}

async function json(files, name) {
  try {
    return JSON.parse(await files.get(name).text());
  } catch {
    return null;
  }
}

async function show({ files, result }) {
  const { manifest, problems } = result;
  const verdict = byId('verdict');
  delete verdict.dataset.word;
  const nothing = !files.has('manifest.json') && !files.has('index.html');
  const good = problems.length === 0;
  verdict.textContent = word(nothing ? 'notPack' : !good ? 'bad' : result.signed ? 'good' : 'goodNoSignature');
  verdict.className = !good ? 'bad' : result.signed ? 'good' : 'waits';
  byId('problems').replaceChildren(
    ...problems.map(({ problem, file, detail }) => {
      const item = element('li');
      item.dataset.problem = problem;
      item.append(element('strong', `${word(`p_${problem}`)}: `), element('code', file));
      if (detail) item.append(` (${detail})`);
      return item;
    }),
  );
  const over = manifest && new Date() >= new Date(manifest.expires_utc);
  if (over) byId('problems').append(element('li', word('expired'), 'expired'));
  list(byId('facts'), [
    [word('f_pack'), manifest?.pack],
    [word('f_key'), result.key],
    [word('f_made'), manifest && local(manifest.made_utc)],
    [word('f_expires'), manifest && local(manifest.expires_utc)],
    [word('f_events'), manifest?.events.length],
    [word('f_files'), result.files || null],
    [word('f_sum'), result.sum],
  ]);
  for (const part of ['request', 'events', 'custody']) byId(`${part}-part`).hidden = !manifest;
  if (!manifest) return;
  list(
    byId('request'),
    Object.entries(manifest.request ?? {}).map(([key, value]) => [
      word(`r_${key}`),
      key === 'range' ? rangeOf(value) : key.endsWith('_utc') ? local(value) : value,
    ]),
  );
  const articles = [];
  for (const { id } of manifest.events) articles.push(await article(files, id));
  byId('events').replaceChildren(...articles);
  const custody = await json(files, 'custody.json');
  const steps = [
    ...(custody?.events ?? []).flatMap((e) => e.steps.map((s) => [s, e.event])),
    ...(custody?.request ?? []).map((s) => [s, word('theRequest')]),
  ];
  byId('custody').replaceChildren(
    ...steps.map(([step, about]) => {
      const row = element('tr');
      const { plate, plate_corrected: corrected, note } = step.details ?? {};
      const written = [plate, corrected && word('plate_corrected'), note].filter(Boolean);
      for (const text of [local(step.at), [word(`a_${step.what}`), ...written].join(' – '), step.who, about])
        row.append(element('td', text));
      return row;
    }),
  );
}

async function article(files, id) {
  const event = await json(files, `events/${id}/original/event.json`);
  const force = await json(files, `events/${id}/in-force.json`);
  const made = element('article');
  made.append(element('h3', `${event?.names?.[language] ?? ''} ${id}`));
  const still = files.get(`events/${id}/shared/moment.jpg`);
  if (still) {
    const image = element('img');
    image.alt = event?.names?.[language] ?? id;
    image.src = URL.createObjectURL(still);
    made.append(image);
  }
  const rows = element('dl');
  list(rows, [
    [word('e_place'), [event?.camera?.name, event?.camera?.ward].filter(Boolean).join(', ')],
    [word('e_when'), event?.moment && local(event.moment.utc)],
    [word('e_law'), (force?.catalogue ?? []).map((p) => `${p.provision}, ${p.instrument}`).join('\n')],
  ]);
  const blurred = await json(files, `events/${id}/shared/blurring.json`);
  if (blurred?.undecided > 0) rows.append(element('dt', word('e_undecided')), element('dd', String(blurred.undecided)));
  made.append(rows);
  return made;
}

/** What could not even be looked through is not whole. */
function broken(error) {
  const verdict = byId('verdict');
  verdict.className = verdict.dataset.word = 'bad';
  verdict.textContent = word('bad');
  const item = element('li');
  item.dataset.problem = 'unreadable';
  item.append(element('strong', word('p_unreadable')), ` (${error?.message ?? error})`);
  byId('problems').append(item);
  for (const part of ['request', 'events', 'custody']) byId(`${part}-part`).hidden = true;
}

async function take(chosen) {
  if (chosen.length === 0) return;
  const verdict = byId('verdict');
  verdict.className = 'waits';
  verdict.textContent = word('working');
  byId('problems').replaceChildren();
  shown = null;
  try {
    const files = inPack(chosen);
    const expected = byId('expected').value.trim().toLowerCase();
    shown = { files, result: await verify(files, expected) };
    await show(shown);
  } catch (error) {
    broken(error);
  }
  document.body.dataset.done = String(Number(document.body.dataset.done ?? 0) + 1);
}

/** All files of what was dropped, folders gone through. */
async function dropped(items) {
  const all = [];
  const walk = async (entry) => {
    if (entry.isFile) {
      const file = await new Promise((done, failed) => entry.file(done, failed));
      all.push({ path: entry.fullPath.replace(/^\//, ''), file });
      return;
    }
    const reader = entry.createReader();
    for (;;) {
      const some = await new Promise((done, failed) => reader.readEntries(done, failed));
      if (some.length === 0) return;
      for (const one of some) await walk(one);
    }
  };
  for (const entry of [...items].map((item) => item.webkitGetAsEntry()).filter(Boolean)) await walk(entry);
  return all;
}

function speak() {
  document.documentElement.lang = language;
  for (const place of document.querySelectorAll('[data-word]')) place.textContent = word(place.dataset.word);
  const other = language === 'vi' ? 'en' : 'vi';
  byId('language').textContent = other === 'vi' ? 'Tiếng Việt' : 'English';
  byId('language').lang = other;
  if (shown) show(shown).catch(broken);
}

byId('language').addEventListener('click', () => {
  language = language === 'vi' ? 'en' : 'vi';
  speak();
});
byId('folder').addEventListener('change', (event) => {
  const chosen = [...event.target.files];
  // The same folder, chosen again after something changed in it, is read again.
  event.target.value = '';
  void take(chosen.map((file) => ({ path: file.webkitRelativePath || file.name, file })));
});
byId('expected').addEventListener('change', () => {
  if (shown) void take([...shown.files].map(([path, file]) => ({ path, file })));
});
const drop = byId('drop');
for (const kind of ['dragenter', 'dragover'])
  drop.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.add('over');
  });
drop.addEventListener('dragleave', () => drop.classList.remove('over'));
drop.addEventListener('drop', (event) => {
  event.preventDefault();
  drop.classList.remove('over');
  dropped(event.dataTransfer.items).then(take).catch(broken);
});
speak();
