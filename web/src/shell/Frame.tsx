/** The bar above every page: where to go, who is signed in, whether the server is there. */

import { Menu, useMantineColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { MustChangePage } from '../account/MustChangePage';
import { ResetNote } from '../account/ResetNote';
import { ResetNotices } from '../account/ResetNotices';
import { useAbility } from '../api/ability';
import { meQuery, useMe, useSignOut } from '../api/me';
import { ServerNews } from '../api/ServerNews';
import type { Permission } from '../api/types';
import { OutboxProvider } from '../desk/OutboxProvider';
import { OutboxNotice } from '../desk/OutboxNotice';
import { speak } from '../i18n';
import classes from './Frame.module.css';

type Page = { to: string; word: string; needs: Permission; route?: string };
const pages: Page[] = [
  { to: '/desk', word: 'nav.desk', needs: 'see_events' },
  { to: '/cameras', word: 'nav.cameras', needs: 'see_cameras' },
  { to: '/search', word: 'nav.search', needs: 'see_events' },
  { to: '/today', word: 'nav.today', needs: 'see_figures' },
  { to: '/register', word: 'nav.register', needs: 'see_cameras' },
  { to: '/reports', word: 'nav.reports', needs: 'see_figures', route: '/reports/figures' },
  { to: '/handover', word: 'nav.handover', needs: 'ask_handover' },
  { to: '/users', word: 'nav.users', needs: 'manage_users' },
  { to: '/audit', word: 'nav.audit', needs: 'read_audit' },
];

/** Pages are for who is signed in; when a session ends the way leads to the door and back. */
export function Frame() {
  const me = useQuery(meQuery);
  const navigate = useNavigate();
  const gone = me.data === null;
  useEffect(() => {
    if (gone)
      void navigate({
        to: '/sign-in',
        search: { back: window.location.pathname + window.location.search, ended: true },
      });
  }, [gone, navigate]);
  if (!me.data) return null;
  // Nothing else is allowed then: what is kept in the outbox waits for the new password.
  if (me.data.must_change_password) return <MustChangePage />;
  return (
    <OutboxProvider key={me.data.id} user={me.data.id}>
      <ServerNews />
      <SignedIn />
    </OutboxProvider>
  );
}

/** A new page is where a keyboard or a screen reader goes on from. */
function useFocusOnPage() {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    document.getElementById('main')?.focus({ preventScroll: true });
  }, [path]);
}

function SignedIn() {
  const { t } = useTranslation();
  const me = useMe();
  const { can } = useAbility();
  useFocusOnPage();
  return (
    <div className={classes.frame}>
      <a className={classes.skip} href="#main">
        {t('app.skip')}
      </a>
      <header className={classes.bar}>
        <Link to="/" className={classes.brand} aria-label="Streetward">
          <span>Streetward</span>
        </Link>
        <nav className={classes.links} aria-label={t('app.menu')}>
          {pages
            .filter((p) => me.permissions.includes(p.needs) && (!p.route || can('get', p.route)))
            .map((p) => (
              <Link key={p.to} to={p.to} className={classes.link}>
                {t(p.word as 'nav.desk')}
              </Link>
            ))}
        </nav>
        <Own />
      </header>
      <div>
        <ResetNote link />
        <ResetNotices />
        <OutboxNotice />
      </div>
      <main id="main" className={classes.main} tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  );
}

function Own() {
  const { t, i18n } = useTranslation();
  const me = useMe();
  const signOut = useSignOut();
  const navigate = useNavigate();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu position="bottom-end" width={200} returnFocus>
      <Menu.Target>
        <button type="button" className={classes.who}>
          {me.full_name || me.name}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t(`role.${me.role}`)}</Menu.Label>
        <Menu.Item component={Link} to="/account">
          {t('nav.account')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t('app.language')}</Menu.Label>
        {(['vi', 'en'] as const).map((language) => (
          <Menu.Item
            key={language}
            lang={language}
            fw={i18n.language === language ? 650 : 400}
            onClick={() => speak(language)}
          >
            {language === 'vi' ? 'Tiếng Việt' : 'English'}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{t('app.theme')}</Menu.Label>
        {(['light', 'dark', 'auto'] as const).map((scheme) => (
          <Menu.Item
            key={scheme}
            fw={colorScheme === scheme ? 650 : 400}
            onClick={() => setColorScheme(scheme)}
          >
            {t(scheme === 'auto' ? 'app.system' : `app.${scheme}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          onClick={() =>
            void signOut().finally(() => void navigate({ to: '/sign-in', search: {} }))
          }
        >
          {t('nav.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
