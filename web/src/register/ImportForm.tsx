/** A sheet of cameras: looked at first, then taken in, whole or not at all. */

import { Alert, Button, Checkbox, FileInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/client';
import { importSheet, readSheet, type Imported, type Sheet } from '../api/register';
import { Download } from '../shell/Download';
import { Failure } from '../shell/Failure';
import { ImportPreview } from './ImportPreview';
import classes from './Register.module.css';

export function ImportForm() {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [sheet, setSheet] = useState<Sheet | null>(null);
  const [moves, setMoves] = useState(false);
  const ask = useMutation({
    mutationFn: async (as: { preview: File } | { sheet: Sheet; told: Imported }) => {
      if ('told' in as) return importSheet(as.sheet, moves, as.told.version, as.told.sha256);
      const read = await readSheet(as.preview);
      setSheet(read);
      return importSheet(read, moves, null);
    },
    onSuccess: (told) => {
      if (told.done) void client.invalidateQueries({ queryKey: ['register'] });
    },
  });
  // A refused import tells what is wrong as a preview does.
  const refused = ask.error instanceof ApiError && ask.error.body.plan;
  const told: Imported | undefined = refused
    ? { done: false, version: 0, plan: refused as Imported['plan'] }
    : ask.data;
  const sound = told !== undefined && told.plan.problems.length === 0;
  const changes = told ? told.plan.added.length + told.plan.changed.length : 0;
  const language = i18n.language === 'en' ? 'en' : 'vi';
  return (
    <section>
      <form
        className={classes.form}
        onSubmit={(e) => {
          e.preventDefault();
          if (file) ask.mutate({ preview: file });
        }}
      >
        <FileInput
          label={t('register.file')}
          description={t('register.fileHint')}
          accept=".csv,.xlsx"
          value={file}
          onChange={(chosen) => {
            setFile(chosen);
            setSheet(null);
            ask.reset();
          }}
        />
        <Download href={`/api/v1/register/template?language=${language}`}>
          {t('register.template')}
        </Download>
        <Checkbox
          label={t('register.moves')}
          checked={moves}
          onChange={(e) => {
            setMoves(e.currentTarget.checked);
            ask.reset();
          }}
        />
        <div className={classes.buttons}>
          <Button type="submit" variant="default" disabled={!file} loading={ask.isPending}>
            {t('register.preview')}
          </Button>
          {sound && !told.done && changes > 0 && sheet && (
            <Button loading={ask.isPending} onClick={() => ask.mutate({ sheet, told })}>
              {t('register.take')}
            </Button>
          )}
        </div>
      </form>
      <div role="status">
        {told?.done && <Alert color="green">{t('register.taken')}</Alert>}
        {ask.isError && !refused && <Failure error={ask.error} />}
        {ask.error instanceof ApiError && !refused && <Detail error={ask.error} />}
        {told && <ImportPreview plan={told.plan} />}
      </div>
    </section>
  );
}

/** What of the file could not be read. */
function Detail({ error }: { error: ApiError }) {
  return error.detail ? <p lang="en">{error.detail}</p> : null;
}
