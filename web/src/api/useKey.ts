/** The key of a request: what is sent again as it was goes under the same, so that it is done once. */

import { useRef } from 'react';
import { requestKey } from './key';

export function useKey(): (said: unknown) => string {
  const last = useRef({ said: '', key: '' });
  return (body) => {
    const said = JSON.stringify(body);
    if (last.current.said !== said) last.current = { said, key: requestKey() };
    return last.current.key;
  };
}
