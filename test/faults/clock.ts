/**
 * A clock that all processes of this machine share and nobody sets, in milliseconds: what one process saw can be compared
 * with what another one saw.
 */
export const sharedMs = (): number => Number(process.hrtime.bigint()) / 1e6;
