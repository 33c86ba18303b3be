/** Planned places by what they would add. */

import { Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { placesQuery } from '../api/register';
import { Failure, Waiting } from '../shell/Failure';
import classes from './Register.module.css';

export function Planned() {
  const { t } = useTranslation();
  const query = useQuery(placesQuery);
  if (query.isPending) return <Waiting />;
  if (query.isError) return <Failure error={query.error} reset={() => void query.refetch()} />;
  const places = query.data.places;
  if (places.length === 0) return <p role="status">{t('register.noPlanned')}</p>;
  return (
    <section>
      <p className={classes.faint}>{t('register.plannedNote')}</p>
      <Table.ScrollContainer
        minWidth={760}
        type="native"
        tabIndex={0}
        role="region"
        aria-label={t('register.views.planned')}
      >
        <Table>
          <Table.Thead>
            <Table.Tr>
              {(
                ['adds', 'code', 'name', 'ward', 'stage', 'nearest', 'near', 'incidents'] as const
              ).map((word) => (
                <Table.Th key={word}>{t(`register.${word}`)}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {places.map((p) => (
              <Table.Tr key={p.code}>
                <Table.Td className="num">
                  <strong>{p.score ?? '–'}</strong>
                </Table.Td>
                <Table.Td>{p.code}</Table.Td>
                <Table.Td>{p.name}</Table.Td>
                <Table.Td>{p.ward}</Table.Td>
                <Table.Td>{p.stage ?? '–'}</Table.Td>
                <Table.Td>
                  {p.nearest_metres === null
                    ? '–'
                    : `${t('register.metres', { count: p.nearest_metres })} (${p.nearest ?? ''})`}
                </Table.Td>
                <Table.Td className="num">{p.installed_near}</Table.Td>
                <Table.Td className="num">{p.incidents_near}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </section>
  );
}
