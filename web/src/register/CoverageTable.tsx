/** How many cameras stand of those planned, by ward and stage. */

import { Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Count, Coverage } from '../api/register';

export function CoverageTable({ counts }: { counts: Coverage['counts'] }) {
  const { t } = useTranslation();
  const sum = (of: (c: Count) => number) => counts.parts.reduce((all, c) => all + of(c), 0);
  const columns: [string, (c: Count) => number][] = [
    [t('register.wanted'), (c) => c.planned + c.installed],
    [t('register.states.installed'), (c) => c.installed],
    [t('register.states.planned'), (c) => c.planned],
    [t('register.states.removed'), (c) => c.removed],
  ];
  return (
    <section>
      <h2>{t('register.byWard')}</h2>
      <Table.ScrollContainer
        minWidth={480}
        type="native"
        tabIndex={0}
        role="region"
        aria-label={t('register.byWard')}
      >
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('register.ward')}</Table.Th>
              <Table.Th>{t('register.stage')}</Table.Th>
              {columns.map(([name]) => (
                <Table.Th key={name}>{name}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {counts.parts.map((c) => (
              <Table.Tr key={`${c.ward} ${c.stage ?? ''}`}>
                <Table.Td>{c.ward}</Table.Td>
                <Table.Td>{c.stage ?? '–'}</Table.Td>
                {columns.map(([name, of]) => (
                  <Table.Td key={name} className="num">
                    {of(c)}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
          <Table.Tfoot>
            <Table.Tr>
              <Table.Th>{t('register.total')}</Table.Th>
              <Table.Td />
              {columns.map(([name, of]) => (
                <Table.Td key={name} className="num">
                  <strong>{sum(of)}</strong>
                </Table.Td>
              ))}
            </Table.Tr>
          </Table.Tfoot>
        </Table>
      </Table.ScrollContainer>
    </section>
  );
}
