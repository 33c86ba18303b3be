/** Drawing a camera's scene: checked while it is drawn, tried before it is saved. */

import { Alert, Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/client';
import { cameraQuery } from '../api/cameras';
import { Failure, Waiting } from '../shell/Failure';
import { useErrorText, useSay } from '../shell/say';
import { useTitle } from '../shell/title';
import { Preview } from './Preview';
import { SceneCanvas } from './SceneCanvas';
import { ShapeList } from './ShapeList';
import { Versions } from './Versions';
import type { Scene, Shape } from './scene';
import {
  checkScene,
  restoreScene,
  saveScene,
  sceneQuery,
  versionsQuery,
  type Kept,
} from './service';
import { useDraft } from './useDraft';
import classes from './Scene.module.css';

export default function ScenePage() {
  const { id } = useParams({ from: '/inside/cameras/$id/scene' });
  const query = useQuery(sceneQuery(id));
  if (query.isPending) return <Waiting />;
  if (query.isError) return <Failure error={query.error} reset={() => void query.refetch()} />;
  return <Editor key={query.data.tag} id={id} kept={query.data} />;
}

function Editor({ id, kept }: { id: string; kept: Kept }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const client = useQueryClient();
  const camera = useQuery(cameraQuery(id)).data;
  const draft = useDraft(kept.scene);
  const [chosen, setChosen] = useState<Shape | null>(null);
  const [note, setNote] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [saving, setSaving] = useState(false);
  const touched = draft.scene !== kept.scene;
  useTitle(`${t('scene.title')}: ${kept.scene.name}`);
  const { problems, checking } = useProblems(id, draft.scene);
  const sound = !checking && problems.every((p) => !p.grave);

  useEffect(() => {
    if (!touched) return;
    const ask = (e: BeforeUnloadEvent) => e.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [touched]);

  const finish = async (work: Promise<unknown>) => {
    setSaving(true);
    setError(null);
    try {
      await work;
      await client.invalidateQueries({ queryKey: sceneQuery(id).queryKey });
      await client.invalidateQueries({ queryKey: versionsQuery(id).queryKey });
    } catch (failure) {
      const taken =
        failure instanceof ApiError && (failure.status === 409 || failure.status === 412);
      setError(taken ? `${t('scene.taken')} ${errorText(failure)}` : errorText(failure));
    } finally {
      setSaving(false);
    }
  };
  return (
    <div className={classes.page}>
      <div className={classes.bar}>
        <h1>
          <Link to="/cameras/$id" params={{ id }}>
            {kept.scene.name}
          </Link>
          : {t('scene.title')}
        </h1>
        <Button variant="default" disabled={!draft.canUndo} onClick={draft.undo}>
          {t('scene.undo')}
        </Button>
        <Button variant="default" disabled={!draft.canRedo} onClick={draft.redo}>
          {t('scene.redo')}
        </Button>
      </div>
      <div className={classes.columns}>
        <div>
          <SceneCanvas
            scene={draft.scene}
            still={camera?.still ?? null}
            chosen={chosen}
            onChoose={setChosen}
            onEdit={draft.edit}
          />
          <p className={classes.hint}>{t('scene.hint')}</p>
          <Problems problems={problems} checking={checking} />
          <Preview id={id} scene={draft.scene} disabled={!sound} />
        </div>
        <div>
          <form
            className={classes.save}
            onSubmit={(e) => {
              e.preventDefault();
              void finish(saveScene(id, draft.scene, kept.tag, note.trim()));
            }}
          >
            <TextInput
              label={t('scene.why')}
              value={note}
              maxLength={500}
              onChange={(e) => setNote(e.currentTarget.value)}
            />
            <Button
              type="submit"
              loading={saving}
              disabled={!touched || !sound || note.trim() === ''}
            >
              {t('app.save')}
            </Button>
            {error && (
              <Alert p="xs" color="red" variant="outline" role="alert">
                {error}
              </Alert>
            )}
          </form>
          <ShapeList scene={draft.scene} chosen={chosen} onChoose={setChosen} onEdit={draft.edit} />
          <Versions
            id={id}
            onRestore={(version) => void finish(restoreScene(id, version, kept.tag))}
          />
        </div>
      </div>
    </div>
  );
}

/** What the server finds wrong, asked when the hand rests. */
function useProblems(id: string, scene: Scene) {
  const [settled] = useDebouncedValue(scene, 400);
  const query = useQuery({
    queryKey: ['scene', id, 'check', settled],
    queryFn: () => checkScene(id, settled),
    placeholderData: (old) => old,
    gcTime: 10_000,
  });
  return {
    problems: query.data?.problems ?? [],
    checking: settled !== scene || query.isFetching,
  };
}

function Problems({
  problems,
  checking,
}: {
  problems: { grave: boolean; message: { vi: string; en: string } }[];
  checking: boolean;
}) {
  const { t } = useTranslation();
  const say = useSay();
  return (
    <div role="status" className={classes.problems}>
      {problems.length === 0 && (checking ? t('scene.checking') : t('scene.sound'))}
      <ul>
        {problems.map((p) => (
          <li key={p.message.en} data-grave={p.grave || undefined}>
            {say(p.message)}
          </li>
        ))}
      </ul>
    </div>
  );
}
