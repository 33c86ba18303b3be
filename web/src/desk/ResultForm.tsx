/** What became of a confirmed event: what is known, and a form to enter it. */

import { Alert, Button, Select, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useAbility } from '../api/ability';
import { agenciesQuery } from '../api/agencies';
import { eventQuery } from '../api/events';
import { useMay } from '../api/me';
import { HANDLINGS, sendResult } from '../api/results';
import type { EventResult, Handling } from '../api/types';
import type { EventDetail } from '../api/types';
import { useErrorText, useTimes } from '../shell/say';
import classes from './ResultForm.module.css';

export function ResultPart({ event }: { event: EventDetail }) {
  const { t } = useTranslation();
  const may = useMay('enter_result');
  const { can } = useAbility();
  const result = event.result ?? null;
  if (event.status !== 'confirmed') return null;
  const offers = may && can('post', '/events/{}/result');
  if (!result && !offers) return null;
  return (
    <section className={classes.part} aria-labelledby="result-title">
      <h3 id="result-title">{t('result.title')}</h3>
      {result && <Known result={result} />}
      {offers && (
        // Another event, or another result of it, begins the form anew.
        <ResultForm key={event.id + (result?.entered ?? '')} event={event} result={result} />
      )}
    </section>
  );
}

function Known({ result }: { result: EventResult }) {
  const { t } = useTranslation();
  const { time } = useTimes();
  return (
    <dl className={classes.known}>
      {result.handed_over && (
        <>
          <dt>{t('result.handedOver')}</dt>
          <dd>
            {time(result.handed_over)}
            {result.agency_name && ` · ${result.agency_name}`}
          </dd>
        </>
      )}
      {result.result && (
        <>
          <dt>{t('result.result')}</dt>
          <dd>
            <strong>{t(`result.${result.result}`)}</strong>
            {!result.handed_over && result.agency_name && ` · ${result.agency_name}`}
            {result.note && ` · ${result.note}`}
            {result.entered && (
              <span className={classes.faint}>
                {' '}
                {t('result.enteredBy', { who: result.by_name ?? '', when: time(result.entered) })}
              </span>
            )}
          </dd>
        </>
      )}
    </dl>
  );
}

function ResultForm({ event, result }: { event: EventDetail; result: EventResult | null }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const errorText = useErrorText();
  const agencies = useQuery(agenciesQuery).data ?? [];
  const [handling, setHandling] = useState<Handling | null>(result?.result ?? null);
  const [agency, setAgency] = useState(result?.agency ?? event.agency ?? null);
  const [note, setNote] = useState(result?.note ?? '');
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const choices = agencies.map((a) => ({ value: a.id, label: a.name }));
  if (agency && !agencies.some((a) => a.id === agency))
    choices.push({ value: agency, label: result?.agency_name ?? agency });

  async function submit(form: FormEvent) {
    form.preventDefault();
    if (!handling || busy) return;
    setBusy(true);
    setError(null);
    try {
      const said = note.trim();
      await sendResult(event.id, {
        result: handling,
        ...(agency ? { agency } : {}),
        ...(said ? { note: said } : {}),
      });
      await client.invalidateQueries({ queryKey: eventQuery(event.id).queryKey });
    } catch (failure) {
      setError(errorText(failure));
    } finally {
      setBusy(false);
    }
  }
  return (
    <form className={classes.form} onSubmit={(e) => void submit(e)}>
      <Select
        label={t('result.result')}
        placeholder={t('result.choose')}
        data={HANDLINGS.map((value) => ({ value, label: t(`result.${value}`) }))}
        value={handling}
        onChange={(value) => setHandling(value as Handling | null)}
      />
      {choices.length > 0 && (
        <Select
          label={t('result.agency')}
          data={choices}
          value={agency}
          clearable
          clearButtonProps={{ 'aria-label': t('assign.nobody') }}
          onChange={setAgency}
        />
      )}
      <TextInput
        label={t('result.note')}
        value={note}
        required={handling === 'other'}
        maxLength={2000}
        onChange={(e) => setNote(e.currentTarget.value)}
      />
      <Button type="submit" variant="default" loading={busy} disabled={!handling}>
        {t('result.enter')}
      </Button>
      {error && (
        <Alert p="xs" color="red" variant="outline" role="alert" className={classes.wide}>
          {error}
        </Alert>
      )}
    </form>
  );
}
