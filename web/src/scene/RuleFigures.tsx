/** Beside a shape: how its rules have done, and why people said no. */

import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useAbility } from '../api/ability';
import { precisionQuery } from '../api/cameras';
import { Reasons, Share } from '../cameras/Precision';
import { kinds } from '../i18n/kinds';
import { useSay } from '../shell/say';
import { figuresOf } from './figuresOf';
import type { Rule } from './scene';
import classes from './Scene.module.css';

export function RuleFigures({ camera, rules }: { camera: string; rules: Rule[] }) {
  const { t } = useTranslation();
  const say = useSay();
  const there = useAbility().can('get', '/cameras/{}/precision');
  const all = useQuery({ ...precisionQuery(camera), enabled: there }).data ?? [];
  return (
    <ul className={classes.rules} aria-label={t('scene.usedBy')}>
      {rules.map((rule, i) => {
        const found = figuresOf(rule, rules, all);
        return (
          <li key={i}>
            <strong>{say(kinds[rule.kind]) || rule.kind}</strong>
            {found && (
              <>
                <div>
                  {t('precision.share')}: <Share rule={found} />{' '}
                  <span className={classes.faint}>
                    {t('precision.counts', {
                      confirmed: found.confirmed,
                      dismissed: found.dismissed,
                    })}
                  </span>
                </div>
                {found.reasons.length > 0 && <Reasons rule={found} />}
              </>
            )}
          </li>
        );
      })}
    </ul>
  );
}
