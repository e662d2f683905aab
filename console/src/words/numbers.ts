// Formatters are dear to make, and tables show many numbers.
const whole = new Intl.NumberFormat('en-GB');
const oneDecimal = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 });

export const inDigits = (value: number): string => whole.format(value);

/** A share of 0 to 1 in per cent: "32.5 %"; a dash where there is nothing to tell it from. */
export const percent = (share: number | null): string => (share === null ? '–' : `${oneDecimal.format(share * 100)} %`);

export const plural = (count: number, one: string, several = `${one}s`): string =>
  `${inDigits(count)} ${count === 1 ? one : several}`;
