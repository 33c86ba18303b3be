/** What is known of an event besides its pictures: facts, law, what happened here before, history. */

import { Alert, Button, Kbd, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ReactNode } from 'react';
import type { EventDetail, Exemption, Provision } from '../api/types';
import { useSay, useTimes } from '../shell/say';
import { Thumb } from '../shell/Thumb';
import { History } from './History';
import classes from './Facts.module.css';

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

type Props = {
  event: EventDetail;
  onAssign: (() => void) | null;
  onMerge: (() => void) | null;
};

export function Facts({ event, onAssign, onMerge }: Props) {
  const { t } = useTranslation();
  const { time, span } = useTimes();
  const record = event.record;
  const seconds = event.end_utc
    ? (Date.parse(event.end_utc) - Date.parse(event.start_utc)) / 1000
    : null;
  const subject = event.subject_class;
  const given = [event.assignee_name ?? event.assignee, event.agency_name ?? event.agency].filter(
    Boolean,
  );
  return (
    <aside className={classes.facts} aria-label={t('desk.facts')}>
      {record && !record.complete && (
        <Alert color="yellow" variant="outline" p="xs">
          {record.note ?? t('desk.incomplete')}
        </Alert>
      )}
      <h2>{t('desk.facts')}</h2>
      <dl>
        <Fact name={t('desk.camera')}>
          {event.camera_name} <span className={classes.faint}>{event.camera}</span>
        </Fact>
        {event.ward && <Fact name={t('desk.ward')}>{event.ward}</Fact>}
        {event.zone && <Fact name={t('desk.zone')}>{event.zone}</Fact>}
        <Fact name={t('desk.started')}>{time(event.start_utc)}</Fact>
        <Fact name={t('desk.at')}>
          <strong>{time(event.moment_utc)}</strong>
        </Fact>
        <Fact name={t('desk.ended')}>
          {time(event.end_utc)}
          {seconds !== null && ` (${span(seconds)})`}
        </Fact>
        {subject && <Fact name={t('desk.subject')}>{t(`class.${subject}`, subject)}</Fact>}
        {event.plate && (
          <Fact name={t('desk.plate')}>
            <strong>{event.plate}</strong>
          </Fact>
        )}
        {(given.length > 0 || onAssign) && (
          <Fact name={t('assign.given')}>
            {given.join(' · ') || t('assign.nobody')}{' '}
            {onAssign && (
              <Button
                size="compact-xs"
                variant="default"
                onClick={onAssign}
                rightSection={<Kbd size="xs">G</Kbd>}
              >
                {t('assign.change')}
              </Button>
            )}
          </Fact>
        )}
        {event.sightings > 1 && <Fact name={t('desk.sightings')}>{event.sightings}</Fact>}
        {record && <Fact name={t('desk.rule')}>{record.rule.name}</Fact>}
        {record?.source.clock_quality === 'guessed' && (
          <Fact name={t('desk.clock')}>
            <span className={classes.warn}>{t('desk.guessedClock')}</span>
          </Fact>
        )}
      </dl>
      <Law provisions={event.provisions} exemptions={record?.exemptions ?? []} />
      <h2>{t('desk.similar')}</h2>
      <Similar event={event} />
      {onMerge && (
        <Button
          mt={4}
          size="compact-xs"
          variant="default"
          onClick={onMerge}
          rightSection={<Kbd size="xs">D</Kbd>}
        >
          {t('merge.open')}
        </Button>
      )}
      <h2>{t('desk.history')}</h2>
      <History event={event} />
    </aside>
  );
}

function Law({ provisions, exemptions }: { provisions: Provision[]; exemptions: Exemption[] }) {
  const { t } = useTranslation();
  const say = useSay();
  const { day } = useTimes();
  return (
    <>
      <h2>{t('desk.provision')}</h2>
      {provisions.length === 0 && <p className={classes.faint}>{t('desk.noProvision')}</p>}
      {provisions.map((p) => (
        <div key={p.provision + p.instrument} className={classes.provision}>
          <strong lang="vi">
            {p.provision} {p.instrument}
          </strong>
          {p.confidence !== 'read' && (
            <span className={classes.warn}> ({t('desk.notVerified')})</span>
          )}
          <p>{say(p.conduct)}</p>
          <p className={classes.faint}>{t('desk.since', { day: day(p.valid_from) })}</p>
        </div>
      ))}
      {exemptions.length > 0 && (
        <>
          <h3>{t('desk.exemptions')}</h3>
          <ul>
            {exemptions.map((e) => (
              <li key={e.text.vi}>
                {say(e.text)}
                {e.confidence !== 'read' && (
                  <span className={classes.warn}> ({t('desk.notVerified')})</span>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Similar({ event }: { event: EventDetail }) {
  const { t } = useTranslation();
  const say = useSay();
  const { short } = useTimes();
  if (event.similar.length === 0) return <p className={classes.faint}>{t('desk.noSimilar')}</p>;
  return (
    <ul className={classes.similar}>
      {event.similar.map((row) => (
        <li key={row.id}>
          <Link to="/desk" search={(old) => ({ ...old, event: row.id })}>
            <Thumb address={row.thumbnail} />
            <span>
              {say(row.kind_name)}
              <Text span size="xs" display="block" c="var(--ink-2)">
                {short(row.moment_utc)} · {t(`status.${row.status}`)}
              </Text>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
