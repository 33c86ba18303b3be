/** Words of what became of confirmed events. */

import type { viResult } from './vi-result';

export const enResult: typeof viResult = {
  result: {
    title: 'Result',
    handedOver: 'Packed to hand over',
    result: 'Result',
    choose: 'Choose a result',
    agency: 'Agency',
    note: 'Note on the result',
    enter: 'Save the result',
    enteredBy: '(entered by {{who}} at {{when}})',
    fined: 'Fined',
    warned: 'Warned',
    no_action: 'No action',
    unidentified: 'Nobody identified',
    other: 'Other (say what)',
  },
};
