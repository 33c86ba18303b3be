/** One still, large: wheel or keys to zoom, drag or arrows to move. */

import { Modal } from '@mantine/core';
import { useEffect, useRef, useState, type PointerEvent, type WheelEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { fileOf } from '../api/events';
import type { EventDetail } from '../api/types';
import { largeOf, STILLS, type StillName } from './Stills';
import classes from './Evidence.module.css';

type Props = {
  event: EventDetail;
  name: StillName | null;
  marks: boolean;
  onName: (name: StillName | null) => void;
};
type View = { scale: number; x: number; y: number };
const WHOLE: View = { scale: 1, x: 0, y: 0 };
const MOST = 10;

export function Zoom({ event, name, marks, onName }: Props) {
  const { t } = useTranslation();
  const [view, setView] = useState(WHOLE);
  const grip = useRef<{ x: number; y: number } | null>(null);
  useEffect(() => setView(WHOLE), [event.id]);

  const scaled = (v: View, by: number): View => {
    const scale = Math.min(MOST, Math.max(1, v.scale * by));
    return scale === 1 ? WHOLE : { scale, x: (v.x * scale) / v.scale, y: (v.y * scale) / v.scale };
  };
  const moved = (v: View, dx: number, dy: number): View =>
    v.scale === 1 ? v : { ...v, x: v.x + dx, y: v.y + dy };

  function key(pressed: string): boolean {
    const step = 80;
    switch (pressed) {
      case '+':
      case '=':
        setView((v) => scaled(v, 1.4));
        return true;
      case '-':
        setView((v) => scaled(v, 1 / 1.4));
        return true;
      case 'ArrowLeft':
        setView((v) => moved(v, step, 0));
        return true;
      case 'ArrowRight':
        setView((v) => moved(v, -step, 0));
        return true;
      case 'ArrowUp':
        setView((v) => moved(v, 0, step));
        return true;
      case 'ArrowDown':
        setView((v) => moved(v, 0, -step));
        return true;
      case 'z':
        onName(null);
        return true;
      case '1':
      case '2':
      case '3':
        onName(STILLS[Number(pressed) - 1] ?? null);
        return true;
      default:
        return false;
    }
  }
  const drag = (e: PointerEvent) => {
    if (!grip.current) return;
    const { x, y } = grip.current;
    grip.current = { x: e.clientX, y: e.clientY };
    setView((v) => moved(v, e.clientX - x, e.clientY - y));
  };
  const file = name && largeOf(event, name, marks);
  return (
    <Modal
      opened={name !== null}
      onClose={() => onName(null)}
      fullScreen
      title={`${t('desk.zoomed')}: ${name ? t(`desk.${name}`) : ''}. ${t('desk.zoomHint')}`}
      closeButtonProps={{ 'aria-label': t('app.close') }}
      onKeyDown={(e) => {
        if (key(e.key)) e.preventDefault();
      }}
      transitionProps={{ duration: 0 }}
      padding="xs"
    >
      {file && (
        <div
          className={classes.zoom}
          onWheel={(e: WheelEvent) => setView((v) => scaled(v, e.deltaY < 0 ? 1.2 : 1 / 1.2))}
          onPointerDown={(e) => {
            grip.current = { x: e.clientX, y: e.clientY };
            e.currentTarget.setPointerCapture(e.pointerId);
          }}
          onPointerMove={drag}
          onPointerUp={() => (grip.current = null)}
        >
          <img
            src={fileOf(event.id, file)}
            alt={name ? t(`desk.${name}`) : ''}
            draggable={false}
            style={{ transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})` }}
          />
        </div>
      )}
    </Modal>
  );
}
