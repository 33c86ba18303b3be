/** Words of what surrounds a decision: targets, queues, second looks, giving, merging, evidence. */

import type { viFlow } from './vi-flow';

export const enFlow: typeof viFlow = {
  due: {
    left: '{{span}} left',
    over: '{{span}} overdue',
    left_acknowledge: '{{span}} left to take it up (by {{when}})',
    left_decide: '{{span}} left to decide (by {{when}})',
    over_acknowledge: 'Should have been taken up {{span}} ago (by {{when}})',
    over_decide: 'Should have been decided {{span}} ago (by {{when}})',
    escalated: 'agency told at {{when}}',
    escalatedShort: 'The agency was told',
  },
  queues: {
    choose: 'Choose a queue',
    waiting: 'Waiting',
    mine: 'Given to me',
    second_look: 'Second look',
    counted: '{{count}} events',
    empty_waiting: 'Nothing waits for a decision.',
    empty_mine: 'Nothing is given to you.',
    empty_second_look: 'No decision wants a second look.',
  },
  second: {
    wanted: 'Wants a second look',
    byOther: 'Wants a second look by somebody else',
    agree: 'Agree',
    agreeAgain: 'Press A or Enter again to agree',
    agreed: 'Second look: agreed',
    takeBack: 'Disagree and reopen',
  },
  assign: {
    title: 'Give to',
    given: 'Given to',
    nobody: 'Nobody',
    noneFound: 'Nobody found.',
    other: 'Given to {{who}}',
    change: 'Give…',
    agency: 'Agency',
    person: 'Officer',
    give: 'Give',
  },
  merge: {
    open: 'Merge a duplicate…',
    title: 'Merge a duplicate',
    choose: 'Choose the same incident',
    none: 'There is no other event at this place to merge with.',
    earlier: '{{span}} earlier',
    later: '{{span}} later',
    this: 'This event',
    into: 'Merged into',
    hint: 'This event leaves the queue; its history says where it went. A supervisor can separate it again.',
    do: 'Merge into the chosen event',
    done: 'Merged into',
    other: 'another event',
    undo: 'Separate',
    merged: 'Merged',
  },
  plate: {
    guess: 'A machine reads (the same in {{agree}} of {{pictures}} pictures looked at):',
    take: 'Put into the field',
    check:
      'A guess: compare it with the pictures, then save or correct it; only put into the field, it is not entered.',
    wrong: {
      length: 'A plate has 6 to 12 letters and digits.',
      character: 'A plate has letters A to Z and Đ, digits, and - . or space between them.',
      letter: 'A series has none of the letters I, J, O, Q, R, W: look again (1 and I, 0 and O).',
      format:
        'This is no format of Vietnamese plates: a car’s is 84A-123.45, a motorcycle’s 84-B1 123.45; an older one has four digits.',
    },
    cannotRead: 'No plate can be suggested: {{why}}.',
    why: {
      no_text: 'no writing is seen on the vehicle',
      unclear: 'what is seen is not clearly a plate',
      disagree: 'pictures show different characters',
      once_only: 'it is seen in one picture alone',
    },
  },
  files: {
    trouble: 'The evidence is not whole',
    missing: 'file gone',
    altered: 'altered',
    not_checked: 'not checked',
    missingOne: 'This picture is no longer on the server.',
    alteredOne: 'This picture was altered after it was sealed, and is not shown.',
    missingAll: 'No longer on the server: {{names}}.',
    alteredAll: 'Altered after being sealed, not to be used as evidence: {{names}}.',
    hint: 'Decide only on what can still be seen; if that is not enough, choose “Cannot tell” and tell an administrator.',
  },
  copy: {
    mark: 'COPY FOR VIEWING',
    cannotPlay: 'The browser cannot play the original clip.',
    making: 'A copy for viewing is being made…',
    failed: 'No copy for viewing could be made.',
    gone: 'The clip is no longer on the server.',
    original: 'Download the original',
    clipMissing: 'The clip is no longer on the server.',
  },
  help: {
    takeUp: 'Take it up, decide later',
    assign: 'Give to somebody',
    merge: 'Merge a duplicate',
    agree: 'Agree, at a second look',
  },
  away: {
    database:
      'The database does not answer for the moment (since {{when}}). It is tried again by itself; there is no need to reload.',
    server:
      'The server cannot be reached (since {{when}}). It is tried again by itself; there is no need to reload.',
    waiting: '{{count}} decisions are kept and will be sent by themselves.',
  },
};
