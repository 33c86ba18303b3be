/** A file of the server, fetched by the page: where it is refused, why is told beside the link. */

import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fetchFile, save } from '../api/file';
import { useErrorText } from './say';
import classes from './Download.module.css';

type Props = { href: string; className?: string | undefined; children: ReactNode };

export function Download({ href, className, children }: Props) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<{ href: string; text: string } | null>(null);
  const take = async () => {
    setBusy(true);
    setError(null);
    try {
      save(await fetchFile(href));
    } catch (failure) {
      setError({ href, text: errorText(failure) });
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <a
        href={href}
        className={className}
        download
        aria-busy={busy || undefined}
        onClick={(e) => {
          // Whoever opens it elsewhere has the browser do it.
          if (e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return;
          e.preventDefault();
          if (!busy) void take();
        }}
      >
        {children}
      </a>
      {/* Always there: what comes into it is read out. */}
      <span role="status" className={busy ? classes.busy : undefined}>
        {busy && t('app.loading')}
      </span>
      {error?.href === href && (
        <span role="alert" className={classes.refused}>
          {error.text}
        </span>
      )}
    </>
  );
}
