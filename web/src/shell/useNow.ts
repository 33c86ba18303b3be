/** The browser's clock, for what is told as "12 minutes ago". */

import { useEffect, useState } from 'react';

/** Milliseconds; moves on every `seconds`. */
export function useNow(seconds: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), seconds * 1000);
    return () => clearInterval(timer);
  }, [seconds]);
  return now;
}
