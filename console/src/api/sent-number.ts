/** A number of a form as it is sent. Where none was typed the API is to say so, in its words, at the field. */
export const sentNumber = (typed: number | null): number =>
  typed === null || Number.isNaN(typed) ? ('' as unknown as number) : typed;
