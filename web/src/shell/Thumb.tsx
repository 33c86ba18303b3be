/** A small picture beside a text that says what it shows; an empty place where it cannot be had. */

import { useState } from 'react';
import classes from './Thumb.module.css';

export function Thumb({ address }: { address: string | null }) {
  const [broken, setBroken] = useState<string | null>(null);
  return address === null || broken === address ? (
    <span className={classes.none} />
  ) : (
    <img
      className={classes.thumb}
      src={address}
      alt=""
      loading="lazy"
      onError={() => setBroken(address)}
    />
  );
}
