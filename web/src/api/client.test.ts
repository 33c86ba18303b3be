import { afterEach, describe, expect, it, vi } from 'vitest';
import { noteAnswer } from './away';
import { ApiError, ask, unconfirmed, unreachable } from './client';
import { fetchFile, nameOf } from './file';
import { within } from './scope';

const told = async (what: Promise<unknown>): Promise<ApiError> => {
  const error = await what.then(
    () => null,
    (failure: unknown) => failure,
  );
  if (!(error instanceof ApiError)) throw new Error('it was not refused');
  return error;
};
const refusal = JSON.stringify({
  error: {
    code: 'outside_scope',
    message: 'Outside.',
    message_vi: 'Ngoài địa bàn.',
    next: 'Choose another.',
    next_vi: 'Chọn địa bàn khác.',
    detail: 'ward: none of yours',
  },
});

describe('the way to the server', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    noteAnswer(null);
  });

  it('says of a change that it may be saved or not, and of a question that it is asked again', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new DOMException('aborted', 'TimeoutError')));
    expect((await told(ask('/holds', { method: 'POST', body: {} }))).text).toBe(unconfirmed);
    expect(unconfirmed.vi).toContain('Chưa rõ đã lưu hay chưa');
    expect((await told(ask('/holds'))).text).toBe(unreachable);
    const tried = told(ask('/cameras/1/scene/check', { method: 'POST', saves: false }));
    expect((await tried).text.vi).not.toContain('lưu');
    expect((await tried).text.vi).not.toContain('tự thử lại');
  });
  it('keeps all that a refusal says', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response(refusal, { status: 400 })));
    const error = await told(ask('/reports/figures'));
    expect(error.text.vi).toBe('Ngoài địa bàn.');
    expect(error.next).toEqual({ en: 'Choose another.', vi: 'Chọn địa bàn khác.' });
    expect(error.detail).toBe('ward: none of yours');
  });
  it('tells why a file is not given', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response(refusal, { status: 403 })));
    expect((await told(fetchFile('/api/v1/reports/file'))).text.vi).toBe('Ngoài địa bàn.');
    const headers = { 'Content-Disposition': 'attachment; filename="bao-cao.csv"' };
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('a,b', { headers })));
    const file = await fetchFile('/api/v1/reports/file');
    expect([file.name, await file.blob.text()]).toEqual(['bao-cao.csv', 'a,b']);
    expect(nameOf(null)).toBe('streetward');
  });
  it('offers what is within the scope', () => {
    expect(within(['traffic'], ['traffic', 'environment'])).toEqual(['traffic']);
    expect(within('all', ['traffic', 'environment'])).toHaveLength(2);
  });
});
