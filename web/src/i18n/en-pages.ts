/** Words of the pages besides the desk. */

import type { viPages } from './vi-pages';

export const enPages: typeof viPages = {
  role: {
    viewer: 'Viewer',
    reviewer: 'Reviewer',
    supervisor: 'Supervisor',
    administrator: 'Administrator',
    auditor: 'Auditor',
  },
  account: {
    singleKeys: 'Use single-key shortcuts',
  },
};
