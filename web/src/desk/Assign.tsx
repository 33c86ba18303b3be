/** Giving an event to an agency, to a person, or to both. */

import { Alert, Button, Modal, Select, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { agenciesQuery, peopleQuery } from '../api/agencies';
import type { EventDetail } from '../api/types';
import { useErrorText } from '../shell/say';
import { useAct } from './useAct';

export function Assign({ event, onClose }: { event: EventDetail; onClose: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const act = useAct(event);
  const agencies = useQuery(agenciesQuery);
  const people = useQuery(peopleQuery);
  const [agency, setAgency] = useState(event.agency);
  const [person, setPerson] = useState(event.assignee);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const named = (id: string | null) => agencies.data?.find((a) => a.id === id)?.name ?? id;
  const failed = error ?? (people.isError ? errorText(people.error) : null);

  async function submit(form: FormEvent) {
    form.preventDefault();
    setBusy(true);
    try {
      await act({ action: 'assign', agency, assignee: person });
      onClose();
    } catch (failure) {
      setError(errorText(failure));
      setBusy(false);
    }
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('assign.title')}
      closeButtonProps={{ 'aria-label': t('app.close') }}
      transitionProps={{ duration: 0 }}
    >
      <form onSubmit={(e) => void submit(e)}>
        <Stack gap="sm">
          {(agencies.data?.length ?? 0) > 0 && (
            <Select
              label={t('assign.agency')}
              data={agencies.data?.map((a) => ({ value: a.id, label: a.name }))}
              value={agency}
              clearable
              clearButtonProps={{ 'aria-label': t('assign.nobody') }}
              placeholder={t('assign.nobody')}
              onChange={setAgency}
            />
          )}
          <Select
            label={t('assign.person')}
            data={people.data?.map((p) => ({
              value: p.id,
              label: [p.full_name || p.name, t(`role.${p.role}`), named(p.agency)]
                .filter(Boolean)
                .join(' · '),
            }))}
            value={person}
            data-autofocus
            searchable
            clearable
            clearButtonProps={{ 'aria-label': t('assign.nobody') }}
            placeholder={t('assign.nobody')}
            nothingFoundMessage={t('assign.noneFound')}
            onChange={setPerson}
          />
          {failed && (
            <Alert p="xs" color="red" variant="outline" role="alert">
              {failed}
            </Alert>
          )}
          <Button
            type="submit"
            loading={busy}
            disabled={agency === event.agency && person === event.assignee}
          >
            {t('assign.give')}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
