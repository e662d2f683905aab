export const inDigits = (value: number): string => value.toLocaleString('en-GB');

/** A share of 0 to 1 in per cent: "32.5 %"; a dash where there is nothing to tell it from. */
export const percent = (share: number | null): string =>
  share === null ? '–' : `${(share * 100).toLocaleString('en-GB', { maximumFractionDigits: 1 })} %`;

export const plural = (count: number, one: string, several = `${one}s`): string =>
  `${inDigits(count)} ${count === 1 ? one : several}`;
