/** What a sheet would change, or what is wrong with it, row by row. */

import { Table } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Plan } from '../api/register';
import { useSay } from '../shell/say';
import { MoreRows } from './MoreRows';
import classes from './Register.module.css';

/** Rows shown at once, and with each press more. */
const MOST = 200;

export function ImportPreview({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  const say = useSay();
  const [most, setMost] = useState(MOST);
  const mistakes = plan.problems.length + plan.more_problems;
  return (
    <>
      <p>
        <strong>
          {t('register.sums', {
            rows: plan.rows,
            added: plan.added.length,
            changed: plan.changed.length,
            moved: plan.moved.length,
            unchanged: plan.unchanged,
          })}
        </strong>
      </p>
      {mistakes > 0 ? (
        <>
          <p>{t('register.mistakes', { count: mistakes })}</p>
          <Scroll label={t('register.wrong')}>
            <Table.Thead>
              <Table.Tr>
                {(['row', 'column', 'found', 'wrong'] as const).map((word) => (
                  <Table.Th key={word}>{t(`register.${word}`)}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {plan.problems.slice(0, most).map((p, i) => (
                <Table.Tr key={`${p.row ?? ''} ${p.column ?? ''} ${i}`}>
                  <Table.Td className="num">{p.row ?? '–'}</Table.Td>
                  <Table.Td>{p.column ?? '–'}</Table.Td>
                  <Table.Td>{p.found ?? '–'}</Table.Td>
                  <Table.Td>{say(p.said)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Scroll>
          <MoreRows left={plan.problems.length - most} onMore={() => setMost(most + MOST)} />
          {plan.more_problems > 0 && (
            <p className={classes.faint}>{t('register.rowsLeft', { count: plan.more_problems })}</p>
          )}
        </>
      ) : (
        <Changes plan={plan} />
      )}
      {plan.notes.map((n) => (
        <p key={`${n.row ?? ''} ${n.said.en}`} className={classes.faint}>
          {t('register.note')}: {n.found} – {say(n.said)}
        </p>
      ))}
    </>
  );
}

function Changes({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  const say = useSay();
  const [most, setMost] = useState(MOST);
  const far = new Map(plan.moved.map((m) => [m.code, m.metres]));
  const rows = [
    ...plan.added.map(([row, c]) => ({ row, c, what: t('register.added') })),
    ...plan.changed.map(({ row, camera: c, columns, titles }) => {
      const metres = far.get(c.code);
      const moved =
        typeof metres === 'number'
          ? `${t('register.movedBy', { count: Math.round(metres) })}; `
          : '';
      return { row, c, what: `${moved}${(titles?.map(say) ?? columns).join(', ')}` };
    }),
  ].toSorted((a, b) => a.row - b.row);
  if (rows.length === 0) return null;
  return (
    <>
      <Scroll label={t('register.change')}>
        <Table.Thead>
          <Table.Tr>
            {(['row', 'code', 'name', 'ward', 'state', 'change'] as const).map((word) => (
              <Table.Th key={word}>{t(`register.${word}`)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.slice(0, most).map(({ row, c, what }) => (
            <Table.Tr key={c.code}>
              <Table.Td className="num">{row}</Table.Td>
              <Table.Td>{c.code}</Table.Td>
              <Table.Td>{c.name}</Table.Td>
              <Table.Td>{c.ward}</Table.Td>
              <Table.Td>{t(`register.states.${c.state}`)}</Table.Td>
              <Table.Td>{what}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Scroll>
      <MoreRows left={rows.length - most} onMore={() => setMost(most + MOST)} />
    </>
  );
}

function Scroll({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Table.ScrollContainer
      minWidth={560}
      type="native"
      tabIndex={0}
      role="region"
      aria-label={label}
    >
      <Table>{children}</Table>
    </Table.ScrollContainer>
  );
}
