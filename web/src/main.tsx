import '@fontsource-variable/inter/wght.css';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './shell/base.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { watchPresence } from './api/presence';
import { startLanguage } from './i18n';
import { App } from './shell/App';
import { shareNonce } from './shell/nonce';

shareNonce();
startLanguage();
watchPresence(window);
const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
