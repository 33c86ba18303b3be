/** What of the register is looked at. */

export const REGISTER_VIEWS = ['list', 'map', 'fitness', 'planned', 'import'] as const;
export type RegisterView = (typeof REGISTER_VIEWS)[number];
