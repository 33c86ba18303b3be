/** Tells a screen reader which event has taken the place of the one before. */

import type { EventDetail } from '../api/types';
import { useSay, useTimes } from '../shell/say';

export function Announce({ event }: { event: EventDetail | undefined }) {
  const say = useSay();
  const { short } = useTimes();
  return (
    <p className="hidden-visually" role="status">
      {event && [say(event.kind_name), event.camera_name, short(event.moment_utc)].join('. ')}
    </p>
  );
}
