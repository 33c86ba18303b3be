import { describe, expect, it } from 'vitest';
import type { RegisterCamera } from '../api/register';
import { found, values } from './narrow';

const camera = (code: string, name: string, ward: string, state: RegisterCamera['state']) =>
  ({ code, name, ward, state, stage: null, place: null }) as RegisterCamera;
const all = [
  camera('p1-01', 'Ngã tư Lê Lợi', 'Phường 1', 'installed'),
  camera('p10-01', 'Đồn công an', 'Phường 10', 'planned'),
  camera('p2-01', 'Chợ', 'Phường 2', 'installed'),
];
const none = { text: '', ward: null, stage: null, state: null };

describe('the register', () => {
  it('is found without marks', () => {
    expect(found(all, { ...none, text: 'le loi' }).map((c) => c.code)).toEqual(['p1-01']);
    expect(found(all, { ...none, text: 'don cong' }).map((c) => c.code)).toEqual(['p10-01']);
    expect(found(all, { ...none, text: 'P2' }).map((c) => c.code)).toEqual(['p2-01']);
  });
  it('is narrowed by ward and state', () => {
    expect(found(all, { ...none, state: 'installed' })).toHaveLength(2);
    expect(found(all, { ...none, ward: 'Phường 2', state: 'planned' })).toEqual([]);
  });
  it('names wards in the order of their numbers', () => {
    expect(values(all, 'ward')).toEqual(['Phường 1', 'Phường 2', 'Phường 10']);
    expect(values(all, 'stage')).toEqual([]);
  });
});
