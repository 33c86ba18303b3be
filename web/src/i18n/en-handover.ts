/** Words of handing evidence over. */

import type { viHandover } from './vi-handover';

export const enHandover: typeof viHandover = {
  intro:
    'The evidence of confirmed events is handed to another agency when one person enters a request and another one allows it. A pack holds the sealed files, copies in which people who are not involved are blurred, and a page that verifies it.',
  state: 'State',
  all: 'All',
  none: 'There is no request yet.',
  states: {
    asked: 'Waits for approval',
    approved: 'Approved',
    refused: 'Refused',
    packed: 'Pack ready',
    expired: 'Pack expired',
  },
  new: 'New request',
  newWhy: 'Only confirmed events are handed over. Somebody else will decide on this request.',
  agency: 'Requesting agency',
  agencyHint: 'The full name of the agency that receives the evidence.',
  receiver: 'Receiver',
  receiverHint: 'Name and office.',
  legal_basis: 'Legal basis',
  legal_basisHint: 'The number of the letter or decision, or the article of law.',
  purpose: 'Purpose',
  events: 'Events',
  eventsHint: 'Ids of events, one a line.',
  which: 'Which events to hand over',
  byIds: 'By their ids',
  byRange: 'By a range of time',
  range: 'Range asked for',
  rangeHint:
    'Takes every confirmed event that began on these days, 200 at most; the last day is included.',
  undecided: 'Events in the range that are under review still, not included: {{count}}.',
  withoutEvidence: 'Confirmed events whose evidence was removed, not included: {{count}}.',
  days: 'Days for which the pack may be taken (1–90)',
  send: 'Send the request',
  askedBy: 'Entered by',
  decidedBy: 'Decided by',
  decisionNote: 'Remark',
  note: 'Remark, note',
  do: {
    approve: 'Approve',
    refuse: 'Refuse',
    note: 'Keep the note',
    pack: 'Make the pack again',
  },
  own: 'You entered this request, so somebody else has to decide.',
  making: 'The pack is being made, and who is not involved is being blurred; it may take minutes.',
  withdrawn:
    'An event of this pack is no longer confirmed, so the pack is not given out. If it was sent already, tell whoever received it.',
  trouble:
    'The pack could not be made. The administrator looks at the server’s log; then make it again. If it can never be made, somebody other than who entered the request refuses it, so that its evidence is not held for ever.',
  take: 'Download the pack ({{size}} MiB)',
  until: 'To be downloaded until {{when}}.',
  over: 'The pack expired at {{when}} and was removed.',
  key: 'Signed with key',
  history: 'What was done',
  fromEvent: 'Hand over to another agency',
};
