/** Words of the page Reports. */

import type { viReports } from './vi-reports';

export const enReports: typeof viReports = {
  reports: {
    period: 'Period',
    periods: {
      day: 'Day',
      week: 'Week',
      month: 'Month',
      half_year: 'Half-year',
      year: 'Year',
      range: 'From one day to another',
    },
    on: 'Period holding',
    before: 'The period before',
    after: 'The period after',
    language: 'Language of the report',
    chooseDays: 'Choose the first and the last day; the last is not before the first.',
    files: 'Download:',
    formats: {
      docx: 'Letter (DOCX)',
      xlsx: 'Workbook (XLSX)',
      html: 'Page (HTML)',
      csv: 'Figures (CSV)',
    },
    days: '{{from}} to {{to}}, both included · made on {{made}}',
    table: 'Table',
    chart: 'Chart',
    moreCameras: 'Other cameras: {{count}}; the files hold all of them.',
    moreRows: 'Other rows: {{count}}; the files hold all of them.',
    showAll: 'Show all',
    definitions: 'How it is counted',
    nothing: 'There is no data.',
  },
};
