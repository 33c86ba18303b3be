/** A count as it is shown: of many, only that there are at least so many is known. */
export const atLeast = (count: number, exact: boolean | undefined) =>
  exact === false ? `${count}+` : `${count}`;
