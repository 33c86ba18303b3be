/** How often people agreed with each rule's events, and why they did not. */

import { Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { precisionQuery, type RulePrecision } from '../api/cameras';
import { Failure, Waiting } from '../shell/Failure';
import { useSay } from '../shell/say';
import classes from './Cameras.module.css';

export function Precision({ id }: { id: string }) {
  const { t } = useTranslation();
  const say = useSay();
  const query = useQuery(precisionQuery(id));
  if (query.isPending) return <Waiting />;
  if (query.isError) return <Failure error={query.error} reset={() => void query.refetch()} />;
  const rules = query.data.filter((r) => r.confirmed + r.dismissed + r.cannot_tell > 0);
  return (
    <>
      <h2>{t('precision.title')}</h2>
      {rules.length === 0 ? (
        <p>{t('cameras.noDecisions')}</p>
      ) : (
        <Table.ScrollContainer
          minWidth={460}
          type="native"
          tabIndex={0}
          role="region"
          aria-label={t('precision.title')}
        >
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('precision.rule')}</Table.Th>
                <Table.Th>{t('precision.share')}</Table.Th>
                <Table.Th>{t('precision.of')}</Table.Th>
                <Table.Th>{t('precision.reasons')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rules.map((rule) => (
                <Table.Tr key={rule.rule}>
                  <Table.Td>
                    {say(rule.kind_name)}
                    <div className={classes.faint}>{rule.rule}</div>
                  </Table.Td>
                  <Table.Td className="num">
                    <Share rule={rule} />
                  </Table.Td>
                  <Table.Td className="num">
                    {rule.confirmed} / {rule.dismissed} / {rule.cannot_tell}
                  </Table.Td>
                  <Table.Td>
                    <Reasons rule={rule} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </>
  );
}

/** The share that was confirmed; that it cannot be told yet where too few were decided. */
export function Share({ rule }: { rule: RulePrecision }) {
  const { t } = useTranslation();
  return rule.precision === null ? (
    <span className={classes.faint}>{t('precision.few')}</span>
  ) : (
    <>{Math.round(100 * rule.precision)} %</>
  );
}

export function Reasons({ rule }: { rule: RulePrecision }) {
  const say = useSay();
  if (rule.reasons.length === 0) return <>–</>;
  return (
    <ul className={classes.reasons}>
      {rule.reasons.slice(0, 3).map((reason) => (
        <li key={reason.code}>
          {say(reason)} <strong className="num">× {reason.count}</strong>
        </li>
      ))}
    </ul>
  );
}
