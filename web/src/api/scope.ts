/** What is offered to whoever looks after a part of the city. */

/** Of what there is, what is theirs. */
export const within = <T extends string>(mine: readonly T[] | 'all', all: readonly T[]): T[] =>
  mine === 'all' ? [...all] : all.filter((one) => mine.includes(one));
