/** Every camera of the register, narrowed by ward, stage, state and text. */

import { Select, Table, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Register, RegisterCamera, RegisterState } from '../api/register';
import { dated, useSay, useTimes } from '../shell/say';
import { MoreRows } from './MoreRows';
import { found, values } from './narrow';
import classes from './Register.module.css';

const STATES: RegisterState[] = ['installed', 'planned', 'removed'];
/** Rows shown at once, and with each press more. */
const MOST = 500;

export function RegisterTable({ register }: { register: Register }) {
  const { t } = useTranslation();
  const say = useSay();
  const [most, setMost] = useState(MOST);
  const [text, setText] = useState('');
  const [ward, setWard] = useState<string | null>(null);
  const [stage, setStage] = useState<string | null>(null);
  const [state, setState] = useState<string | null>(null);
  if (register.cameras.length === 0) return <p role="status">{t('register.none')}</p>;
  const shown = found(register.cameras, { text, ward, stage, state });
  const choice = (
    name: string,
    value: string | null,
    set: (value: string | null) => void,
    data: { value: string; label: string }[],
  ) => (
    <Select
      aria-label={name}
      placeholder={name}
      clearable
      data={data}
      value={value}
      onChange={set}
      clearButtonProps={{ 'aria-label': t('app.all') }}
    />
  );
  const plain = (list: string[]) => list.map((v) => ({ value: v, label: v }));
  return (
    <section>
      <h2>
        {t('register.cameras')} ({shown.length})
      </h2>
      <div className={classes.filters}>
        <TextInput
          aria-label={t('register.find')}
          placeholder={t('register.find')}
          value={text}
          onChange={(e) => setText(e.currentTarget.value)}
        />
        {choice(t('register.ward'), ward, setWard, plain(values(register.cameras, 'ward')))}
        {choice(t('register.stage'), stage, setStage, plain(values(register.cameras, 'stage')))}
        {choice(
          t('register.state'),
          state,
          setState,
          STATES.map((s) => ({ value: s, label: t(`register.states.${s}`) })),
        )}
      </div>
      {register.notes.map((note) => (
        <p key={note.en} className={classes.faint}>
          {t('register.note')}: {say(note)}
        </p>
      ))}
      {shown.length === 0 ? (
        <p role="status">{t('register.noneFits')}</p>
      ) : (
        <Table.ScrollContainer
          minWidth={980}
          type="native"
          tabIndex={0}
          role="region"
          aria-label={t('register.cameras')}
        >
          <Table>
            <Table.Thead>
              <Table.Tr>
                {(
                  [
                    'code',
                    'name',
                    'state',
                    'ward',
                    'stage',
                    'vendor',
                    'contract',
                    'funding',
                    'contributor',
                    'cost',
                    'installedOn',
                  ] as const
                ).map((word) => (
                  <Table.Th key={word}>{t(`register.${word}`)}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {shown.slice(0, most).map((camera) => (
                <Row key={camera.code} camera={camera} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <MoreRows left={shown.length - most} onMore={() => setMost(most + MOST)} />
    </section>
  );
}

function Row({ camera: c }: { camera: RegisterCamera }) {
  const { t } = useTranslation();
  const { day } = useTimes();
  return (
    <Table.Tr>
      <Table.Td>
        {c.attached ? (
          <Link to="/cameras/$id" params={{ id: c.code }}>
            {c.code}
          </Link>
        ) : (
          c.code
        )}
      </Table.Td>
      <Table.Td>
        {c.name}
        {c.place && c.place !== c.name && <div className={classes.faint}>{c.place}</div>}
        {c.moves.length > 0 && (
          <ul className={classes.moves} aria-label={t('register.moved', { count: c.moves.length })}>
            {c.moves.map((m) => (
              <li key={m.at}>
                {t('register.movedFrom', {
                  day: day(m.at),
                  from: [m.from.place, m.from.ward].filter(Boolean).join(', '),
                })}
                {m.reason && ` – ${m.reason}`}
              </li>
            ))}
          </ul>
        )}
      </Table.Td>
      <Table.Td>
        <span className={classes.state} data-state={c.state}>
          {t(`register.states.${c.state}`)}
        </span>
        {c.attached && <div className={classes.faint}>{t('register.attached')}</div>}
      </Table.Td>
      <Table.Td>{c.ward}</Table.Td>
      <Table.Td>{c.stage ?? '–'}</Table.Td>
      <Table.Td>{c.vendor ?? '–'}</Table.Td>
      <Table.Td>{c.contract ?? '–'}</Table.Td>
      <Table.Td>{c.funding ?? '–'}</Table.Td>
      <Table.Td>
        {c.contributor ?? '–'}
        {c.contributor && !c.consent && (
          <span className={classes.faint}> ({t('register.noConsent')})</span>
        )}
      </Table.Td>
      <Table.Td className="num">
        {c.cost_dong === null ? '–' : c.cost_dong.toLocaleString('vi-VN')}
      </Table.Td>
      <Table.Td className="num">{c.installed_on ? dated(c.installed_on) : '–'}</Table.Td>
    </Table.Tr>
  );
}
