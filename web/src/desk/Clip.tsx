/** The clip: stepped by frames, with the moment marked on its time line and the path drawn over it. */

import { ActionIcon, Button, NativeSelect, Switch, Text } from '@mantine/core';
import { useCallback, useEffect, useImperativeHandle, useRef, useState, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import type { EventDetail } from '../api/types';
import { CopyWait } from './CopyWait';
import { Marks } from './Marks';
import { useClipSource } from './useClipSource';
import classes from './Evidence.module.css';

export type ClipHand = { toggle: () => void; step: (frames: number) => void; toMoment: () => void };
type Props = {
  event: EventDetail;
  marks: boolean;
  onMarks: (on: boolean) => void;
  hand: Ref<ClipHand>;
};
/** The shortest time between two frames that was seen so far; seconds. */
const FIRST_GUESS = 1 / 25;
/** Seconds before the moment at which a clip begins to play. */
const LEAD = 3;

export function Clip({ event, marks, onMarks, hand }: Props) {
  const { t } = useTranslation();
  const video = useRef<HTMLVideoElement>(null);
  const between = useRef(FIRST_GUESS);
  const { source, onFailed, again, original } = useClipSource(event);
  const copied = source.what === 'copy';
  const address =
    source.what === 'original'
      ? source.address
      : source.what === 'copy' && source.copy.step === 'ready'
        ? source.copy.address
        : null;
  const [playing, setPlaying] = useState(false);
  const [at, setAt] = useState(0);
  const [length, setLength] = useState(event.record?.clip?.seconds ?? 0);
  const starts = event.record?.clip?.starts_media_seconds ?? 0;
  const moment = (event.record?.moment.media_seconds ?? 0) - starts;

  useEffect(() => {
    const shown = video.current;
    if (!shown) return;
    let last = Number.NaN;
    let asked = 0;
    const each = (_: number, frame: VideoFrameCallbackMetadata) => {
      const passed = frame.mediaTime - last;
      if (passed > 0.004 && passed < 1.1)
        between.current =
          between.current === FIRST_GUESS ? passed : Math.min(between.current, passed);
      last = shown.paused ? Number.NaN : frame.mediaTime;
      setAt(frame.mediaTime);
      asked = shown.requestVideoFrameCallback(each);
    };
    asked = shown.requestVideoFrameCallback(each);
    const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    // A browser that does not let it play by itself waits for the officer.
    if (!still) void shown.play().catch(() => undefined);
    return () => shown.cancelVideoFrameCallback(asked);
  }, [address]);

  const toggle = useCallback(() => {
    const shown = video.current;
    if (!shown) return;
    if (shown.paused) void shown.play().catch(() => undefined);
    else shown.pause();
  }, []);
  const step = useCallback((frames: number) => {
    const shown = video.current;
    if (!shown) return;
    shown.pause();
    const to = shown.currentTime + frames * between.current;
    shown.currentTime = Math.min(Math.max(0, to), shown.duration || to);
  }, []);
  const toMoment = useCallback(() => {
    const shown = video.current;
    if (!shown) return;
    shown.pause();
    shown.currentTime = Math.max(0, moment);
  }, [moment]);
  useImperativeHandle(hand, () => ({ toggle, step, toMoment }), [toggle, step, toMoment]);

  if (source.what === 'none' || source.what === 'missing')
    return (
      <Text size="sm" c={source.what === 'none' ? 'var(--ink-2)' : 'var(--urgent)'}>
        {t(source.what === 'none' ? 'desk.noClip' : 'copy.clipMissing')}
      </Text>
    );
  const [width, height] = event.record?.frame_size ?? [16, 9];
  const share = length > 0 ? Math.min(1, Math.max(0, moment / length)) : 0;
  return (
    <section className={classes.player} aria-label={t('desk.clip')}>
      <div
        className={classes.screen}
        style={{
          aspectRatio: `${width} / ${height}`,
          width: `min(100%, calc((100vh - 35rem) * ${width / height}))`,
          minWidth: 'min(100%, 20rem)',
        }}
      >
        {address === null && source.what === 'copy' && (
          <CopyWait copy={source.copy} original={original} onAgain={again} />
        )}
        {/* Street cameras' clips hold no speech to be captioned. */}
        {address !== null && (
          <video
            ref={video}
            src={address}
            muted
            playsInline
            preload="auto"
            aria-label={t('desk.clip')}
            data-testid="clip"
            data-copy={copied || undefined}
            onClick={toggle}
            onPlay={() => setPlaying(true)}
            onPause={() => setPlaying(false)}
            onTimeUpdate={(e) => setAt(e.currentTarget.currentTime)}
            onLoadedMetadata={(e) => {
              if (Number.isFinite(e.currentTarget.duration)) setLength(e.currentTarget.duration);
              // What matters is around the moment; the rest can be played from the time line.
              if (moment > LEAD) e.currentTarget.currentTime = moment - LEAD;
            }}
            onError={onFailed}
          />
        )}
        {address !== null && copied && <span className={classes.copy}>{t('copy.mark')}</span>}
        {address !== null && marks && event.record && (
          <Marks record={event.record} at={at + starts} />
        )}
      </div>
      {address !== null && copied && (
        <Text size="xs" role="status" c="var(--ink-2)">
          {t('desk.viewCopy')}{' '}
          {original && (
            <a href={original} download>
              {t('copy.original')}
            </a>
          )}
        </Text>
      )}
      <div className={classes.timeline}>
        <input
          type="range"
          aria-label={t('desk.position')}
          min={0}
          max={length || 1}
          step={0.01}
          value={at}
          onChange={(e) => {
            if (video.current) video.current.currentTime = Number(e.currentTarget.value);
          }}
        />
        <span
          className={classes.tick}
          style={{ left: `calc(0.5rem + (100% - 1rem) * ${share})` }}
          title={t('desk.moment')}
        />
      </div>
      <div className={classes.controls}>
        <ActionIcon
          variant="default"
          size="md"
          aria-label={t('desk.frameBack')}
          onClick={() => step(-1)}
        >
          ◂
        </ActionIcon>
        <Button variant="default" onClick={toggle} miw="6rem">
          {t(playing ? 'desk.pause' : 'desk.play')}
        </Button>
        <ActionIcon
          variant="default"
          size="md"
          aria-label={t('desk.frameOn')}
          onClick={() => step(1)}
        >
          ▸
        </ActionIcon>
        <Button variant="default" onClick={toMoment}>
          {t('desk.toMoment')}
        </Button>
        <NativeSelect
          size="xs"
          w="4.75rem"
          aria-label={t('desk.speed')}
          data={['0.25×', '0.5×', '1×', '2×', '4×']}
          defaultValue="1×"
          onChange={(e) => {
            if (video.current)
              video.current.playbackRate = Number.parseFloat(e.currentTarget.value);
          }}
        />
        <span className={classes.clock}>
          {at.toFixed(2)} / {length.toFixed(2)} s
        </span>
        <Switch
          label={t('desk.marks')}
          checked={marks}
          onChange={(e) => onMarks(e.currentTarget.checked)}
        />
      </div>
    </section>
  );
}
